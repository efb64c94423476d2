from django.urls import path

from loyalty.cards import actions, views

urlpatterns = [
    path("", views.card_list, name="cards"),
    path("export.<str:format>", views.export_cards, name="card-export"),
    path("new/", actions.add, name="card-new"),
    path("batches/new/", actions.add_batch, name="card-batch-new"),
    path("batches/<int:pk>/", views.batch_sheet, name="card-sheet"),
    path("link/<int:pk>/", actions.link_to, name="card-link-to"),
    path("<int:pk>/", views.show_card, name="card"),
    path("<int:pk>/link/", actions.link, name="card-link"),
    path("<int:pk>/unlink/", actions.unlink, name="card-unlink"),
    path("<int:pk>/replace/", actions.replace, name="card-replace"),
    path("<int:pk>/block/", actions.block, name="card-block"),
    path("<int:pk>/unblock/", actions.unblock, name="card-unblock"),
    path("<int:pk>/free/", actions.give_free, name="card-free"),
    path("<int:pk>/balance/", actions.balance, name="card-balance"),
]

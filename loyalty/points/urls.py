from django.urls import path

from loyalty.points import views

urlpatterns = [
    path("", views.ledger, name="points"),
    path("export.<str:format>", views.export_points, name="points-export"),
    path("correct/<int:pk>/", views.correct, name="points-correct"),
    path("give-back/", views.give_back, name="points-give-back"),
]

"""Sign-in at our own addresses, and settings. No other address of allauth is served."""

from allauth.account import views as allauth
from django.urls import include, path, re_path
from django.views.decorators.http import require_http_methods

from backoffice.staff.opening_hours import views as opening_hours
from backoffice.staff.own_sessions import views as own_sessions
from backoffice.staff.second_factor import views as second_factor
from backoffice.staff.views import account, places, team

settings_patterns = [
    path("account/", account.AccountView.as_view(), name="account"),
    path("account/password/", account.OwnPasswordView.as_view(), name="password"),
    path("account/second-step/", second_factor.SetUpView.as_view(), name="second_factor"),
    path("account/second-step/codes/", second_factor.CodesView.as_view(), name="second_factor_codes"),
    path(
        "account/second-step/codes/file/",
        second_factor.CodesFileView.as_view(),
        name="second_factor_codes_file",
    ),
    path(
        "account/second-step/codes/new/",
        second_factor.NewCodesView.as_view(),
        name="second_factor_new_codes",
    ),
    path("account/second-step/off/", second_factor.SwitchOffView.as_view(), name="second_factor_off"),
    path("account/sessions/", own_sessions.SessionsView.as_view(), name="sessions"),
    path("account/sessions/<int:pk>/end/", own_sessions.end_session, name="session_end"),
    path("account/sessions/end-others/", own_sessions.end_other_sessions, name="sessions_end_others"),
    path("invitations/<int:pk>/", account.InvitationView.as_view(), name="invitation"),
    path("confirm/", account.ConfirmView.as_view(), name="confirm"),
    path("language/", account.choose_language, name="choose_language"),
    path("theme/", account.choose_theme, name="choose_theme"),
    path("location/", places.choose_place, name="choose_place"),
    path("locations/", places.LocationListView.as_view(), name="locations"),
    path("locations/new/", places.LocationCreateView.as_view(), name="location_new"),
    path("locations/<int:pk>/", places.LocationUpdateView.as_view(), name="location_edit"),
    path("locations/<int:pk>/hours/", opening_hours.HoursView.as_view(), name="location_hours"),
    path(
        "locations/<int:pk>/closed-days/",
        opening_hours.ClosedDaysView.as_view(),
        name="closed_days_add",
    ),
    path("closed-days/<int:pk>/remove/", opening_hours.remove_closed, name="closed_days_remove"),
    path("modules/", places.ModulesView.as_view(), name="modules"),
    path("team/", team.TeamView.as_view(), name="team"),
    path("team/invite/", team.InviteView.as_view(), name="invite"),
    path("team/<int:pk>/invite/", team.InviteAgainView.as_view(), name="member_invite_again"),
    path("team/<int:pk>/role/", team.RoleView.as_view(), name="member_role"),
    path("team/<int:pk>/deactivate/", team.DeactivateView.as_view(), name="member_deactivate"),
    path("team/<int:pk>/reactivate/", team.ReactivateView.as_view(), name="member_reactivate"),
    path(
        "team/<int:pk>/reset-second-step/",
        team.ResetSecondFactorView.as_view(),
        name="member_reset_second_factor",
    ),
]

urlpatterns = [
    path("login/", allauth.login, name="account_login"),
    # allauth leads to this name after the password
    path("login/code/", second_factor.SignInCodeView.as_view(), name="mfa_authenticate"),
    path("logout/", allauth.logout, name="account_logout"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/sent/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        require_http_methods(["GET", "HEAD", "POST"])(allauth.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/new/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("settings/", include((settings_patterns, "staff"))),
]

"""The guard's layers around the site, outermost first."""

from starlette.middleware import Middleware

from qa.errors import SettingsError
from qa.settings import Settings
from qa.web.guard.admission import Admission
from qa.web.guard.headers import SecurityHeaders
from qa.web.guard.limits import QuestionLimits
from qa.web.guard.origins import Origins
from qa.web.guard.proxies import Proxies


def guard_layers(settings: Settings) -> list[Middleware]:
    """Return the middleware that every request passes. Raises `SettingsError` for settings that cannot be."""
    if not (settings.anonymous or settings.user_header.strip() or settings.token_secret.get_secret_value()):
        raise SettingsError(
            "Nobody could come in: the setting anonymous is off, so set user_header for a sign-on proxy or "
            "token_secret for embedding pages."
        )
    proxies = Proxies(settings.proxy_addresses)
    return [
        Middleware(
            SecurityHeaders,
            hosts=[settings.host, *settings.host_names],
            origins=Origins.of(settings),
            largest_upload=settings.upload_mb * 1024**2,
        ),
        Middleware(Admission, settings=settings, proxies=proxies),
        Middleware(QuestionLimits, per_minute=settings.questions_per_minute, proxies=proxies),
    ]

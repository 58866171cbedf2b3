from harbour import (  # noqa: F401
    asked,
    built_harbour,
    evals,
    harbour_client,
    kept_in,
    live_harbour,
    serve,
    state,
    training,
)

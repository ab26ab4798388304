"""moto's server on 127.0.0.1, on the port that is given, with each request done before the next one begins.

moto itself serves them in threads and changes items without a lock, so that one of two updates at once can be lost; AWS
loses none. SQS is left as it is: a receive that waits must not keep others waiting.
"""

import os
import sys
import threading

port = int(sys.argv[1])
os.environ["MOTO_PORT"] = str(port)

from moto.moto_server.werkzeug_app import (  # noqa: E402
    DomainDispatcherApplication,
    create_backend_app,
)
from werkzeug.serving import run_simple  # noqa: E402

moto = DomainDispatcherApplication(create_backend_app)
lock = threading.Lock()


def one_at_a_time(environ, start_response):
    if environ.get("HTTP_X_AMZ_TARGET", "").startswith("AmazonSQS."):
        return moto(environ, start_response)
    with lock:
        return list(moto(environ, start_response))


run_simple("127.0.0.1", port, one_at_a_time, threaded=True)

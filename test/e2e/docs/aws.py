"""The AWS CLI, loaded once: starting it takes longer than most of what it is asked.

    python aws.py serve SOCKET     serves until its input closes; prints one line of JSON when ready
    python aws.py SOCKET ARGS...   the command `aws ARGS...`, in a process forked from the one that serves

A call has the caller's arguments, environment, folder, input and output, and ends with the CLI's own exit code.
"""

import json
import os
import socket
import sys
import threading
import traceback


def serve(path):
    from awscli.clidriver import create_clidriver, main

    create_clidriver()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print(json.dumps({"socket": path}), flush=True)
    while True:
        caller, _ = listener.accept()
        if os.fork() == 0:
            # A process between, so that no one has to wait for the one that works.
            if os.fork() != 0:
                os._exit(0)
            work(caller, main)
        caller.close()
        os.wait()


def work(caller, main):
    size, descriptors, _, _ = socket.recv_fds(caller, 8, 3)
    text = b""
    while len(text) < int.from_bytes(size, "big"):
        text += caller.recv(1 << 16)
    call = json.loads(text)
    for here, there in enumerate(descriptors):
        os.dup2(there, here)
    # Where its own data is, the CLI tells itself by a variable when it is loaded.
    data = {name: os.environ[name] for name in ["AWS_DATA_PATH"] if name in os.environ}
    os.environ.clear()
    os.environ.update({**call["environment"], **data})
    os.chdir(call["folder"])
    # Said outright, since the CLI does not look at the variable for every service (not for RDS in us-east-1).
    url = os.environ.get("AWS_ENDPOINT_URL")
    sys.argv = ["aws", *(["--endpoint-url", url] if url else []), *call["arguments"]]
    code = 255
    try:
        code = main()
    except SystemExit as end:
        code = end.code or 0
    except Exception:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        caller.sendall(bytes([int(code) & 255]))
        os._exit(0)


def call(path, arguments):
    server = socket.socket(socket.AF_UNIX)
    server.connect(path)
    call = {"arguments": arguments, "environment": dict(os.environ), "folder": os.getcwd()}
    text = json.dumps(call).encode()
    socket.send_fds(server, [len(text).to_bytes(8, "big")], [0, 1, 2])
    server.sendall(text)
    return (server.recv(1) or b"\xff")[0]


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        sys.exit(call(sys.argv[1], sys.argv[2:]))

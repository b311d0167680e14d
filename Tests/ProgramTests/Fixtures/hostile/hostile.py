#!/usr/bin/python3
"""A plug-in that does what it must not, one thing for each value of `what`; for the tests of confinement and supervision."""
import json, mmap, os, socket, struct, sys, threading, time

QUERY = "hostile.try.v1"
DECLARATION = {
    "manifest": {"id": "hostile", "title": "测试·恶意插件", "version": "1.0.0", "needs": []},
    "settings": {"type": "object", "properties": {}, "additionalProperties": False},
    "messages": [{
        "name": QUERY, "kind": "query", "access": "anyone",
        "message": {"type": "object", "properties": {"what": {"type": "string"}, "path": {"type": "string"}}, "required": ["what"], "additionalProperties": False},
        "reply": {"type": "object", "properties": {"result": {"type": "string"}}, "required": ["result"], "additionalProperties": False}}],
    "hears": [], "sends": [], "asks": [],
    "endpoints": [{"method": "GET", "pattern": "/try", "message": QUERY, "title": "尝试"}],
    "pages": [], "navigation": [], "todos": [], "searches": [], "homeBlocks": [], "eventTitles": {}, "refusals": [],
    "keepsPersonalData": False,
}


def frame(head, body=b""):
    head = json.dumps(head).encode()
    return struct.pack(">II", len(head), len(body)) + head + body


def attempt(what, path, line):
    try:
        if what == "read":
            with open(path, "rb") as file:
                return "read %d bytes" % len(file.read())
        if what == "list":
            return " ".join(os.listdir(path))
        if what == "write":
            with open(path, "wb") as file:
                file.write(b"x")
            return "written"
        if what == "fork":
            if os.fork() == 0:
                os._exit(0)
            return "forked"
        if what == "connect":
            socket.create_connection(("127.0.0.1", int(path)), 1)
            return "connected"
        if what == "signal":
            os.kill(int(path), 0)
            return "signalled"
        if what == "memory":
            return "got %d" % len(bytearray(4 << 30))
        if what == "memory-file":
            return "got %d" % os.write(os.memfd_create("bomb"), bytes(1 << 20))
        if what in ("shared", "growing"):
            # Kinds that RLIMIT_DATA does not count.
            flags = mmap.MAP_ANONYMOUS | (mmap.MAP_SHARED if what == "shared" else mmap.MAP_PRIVATE | 0x100)
            return "got %d" % len(mmap.mmap(-1, 1 << 20, flags=flags))
        if what == "unnamed":
            file = os.open(os.environ["TMPDIR"], os.O_TMPFILE | os.O_RDWR)
            return "wrote %d" % os.write(file, b"12345")
        if what == "forks":
            refused = 0
            for _ in range(5000):
                try:
                    if os.fork() == 0:
                        os._exit(0)
                except OSError:
                    refused += 1
            return "refused %d" % refused
        if what == "bombs":
            held, refused = [], 0
            for _ in range(200):
                try:
                    held.append(bytearray(32 << 20))
                except MemoryError:
                    refused += 1
            return "refused %d" % refused
        if what == "threads":
            threading.stack_size(64 << 10)
            for _ in range(2000):
                threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
            time.sleep(600)
        if what == "descriptors":
            held = []
            while True:
                held.append(os.open("/dev/null", os.O_RDONLY))
        if what == "garbage":
            line.sendall(os.urandom(4096))
        if what == "giant":
            line.sendall(struct.pack(">II", 100, 1 << 31))
        if what == "exit":
            print("going down on purpose", file=sys.stderr, flush=True)
            os._exit(7)
        if what == "loop":
            while True:
                pass
        if what == "ask":
            line.sendall(frame({"kind": "call", "id": 99, "verb": "ask", "name": "registry.find-nodes.v1"}, b"{}"))
            while True:
                head, body = receive(line)
                if head.get("id") == 99 and head["kind"] != "call":
                    return head["kind"] + " " + json.loads(body)["code"]
        return "nothing"
    except MemoryError:
        return "refused MemoryError"
    except OSError as error:
        return "refused " + os.strerror(error.errno or 0)


def exactly(line, count):
    data = b""
    while len(data) < count:
        piece = line.recv(count - len(data))
        if not piece:
            sys.exit(0)
        data += piece
    return data


def receive(line):
    head, body = struct.unpack(">II", exactly(line, 8))
    return json.loads(exactly(line, head)), exactly(line, body)


def call(line, number, verb, body):
    line.sendall(frame({"kind": "call", "id": number, "verb": verb}, json.dumps(body).encode()))
    while True:
        head, body = receive(line)
        if head.get("id") == number and head["kind"] in ("reply", "refusal"):
            if head["kind"] == "refusal":
                sys.exit(body.decode())
            return body


def main():
    if "--declare" in sys.argv:
        return print(json.dumps(DECLARATION))
    line = socket.socket(fileno=3)
    call(line, 1, "hello", {"protocols": [1], "plugin": "hostile", "version": "1.0.0", "secret": os.environ["SHUNIU_SECRET"]})
    call(line, 2, "ready", DECLARATION)
    while True:
        head, body = receive(line)
        if head["kind"] != "call":
            continue
        reply = b"{}"
        if head["verb"] == "query":
            asked = dict(json.loads(body)) if head.get("parameters") else json.loads(body)
            reply = json.dumps({"result": attempt(asked["what"], asked.get("path", ""), line)}).encode()
        line.sendall(frame({"kind": "reply", "id": head["id"]}, reply))
        if head["verb"] == "stop":
            return


main()

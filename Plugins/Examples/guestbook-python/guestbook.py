#!/usr/bin/env python3
"""企业留言簿: a complete Shuniu plug-in in Python, standard library only. It speaks Modules/Bus/PROTOCOL.md; chapters are named in comments.

One thread reads frames one after another. While it waits for an answer of the host, other frames queue up.
"""
import collections, datetime, hashlib, html, json, os, select, socket, sqlite3, struct, sys, time, uuid

ID, VERSION = "guestbook", "1.0.0"
SIGN, REPLY, FIND = "guestbook.sign.v1", "guestbook.reply.v1", "guestbook.find-entries.v1"
SIGNED, REPLIED, HEARD = "guestbook.signed.v1", "guestbook.replied.v1", "registry.node-recognised.v1"
STAFF = "roles: window-staff, city-staff, province-staff"


# MARK: What it is (chapter "Declaration")

def text(title, most):
    return {"type": "string", "title": title, "minLength": 1, "maxLength": most, "examples": ["演示" + title]}


def members(required, **properties):
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


UUID = {"type": "string", "format": "uuid", "examples": ["0195507a-0b1c-7def-8123-456789abcdef"]}
ENTRY = members(["entry", "text", "time"], entry=UUID, text={"type": "string"}, time={"type": "string", "format": "date-time"},
                reply={"type": "string"})
MESSAGES = [
    {"name": FIND, "kind": "query", "access": "anyone",
     "message": members([], limit={"type": "integer", "title": "条数", "minimum": 1, "maximum": 50}),
     "reply": members(["items", "welcome"], items={"type": "array", "items": ENTRY}, welcome={"type": "array", "items": {"type": "string"}})},
    {"name": REPLIED, "kind": "event", "reach": "local", "message": members(["entry"], entry=UUID)},
    {"name": REPLY, "kind": "command", "access": STAFF, "message": members(["entry", "text"], entry=UUID, text=text("回复", 200)),
     "reply": members(["entry"], entry=UUID)},
    {"name": SIGN, "kind": "command", "access": "signed-in", "message": members(["text"], text=text("留言", 200)),
     "reply": members(["entry"], entry=UUID)},
    {"name": SIGNED, "kind": "event", "reach": "local", "message": members(["entry"], entry=UUID)},
]
SCHEMAS = {entry["name"]: entry["message"] for entry in MESSAGES}
DECLARATION = {
    "manifest": {"id": ID, "title": "企业留言簿", "version": VERSION, "needs": []},
    "settings": members([]), "messages": MESSAGES, "hears": [HEARD], "sends": [], "asks": [],
    "endpoints": [
        {"method": "POST", "pattern": "/entries", "message": SIGN, "title": "留言", "example": {"text": "请问贷款贴息如何申请？"}},
        {"method": "GET", "pattern": "/entries", "message": FIND, "title": "查看留言"},
    ],
    "pages": [{"method": "GET", "pattern": "/book", "access": "anyone"}, {"method": "POST", "pattern": "/book", "access": "signed-in"},
              {"method": "POST", "pattern": "/reply", "access": STAFF}],
    "navigation": [{"title": "留言簿", "path": "/book", "note": "留言并查看回复", "icon": "document", "access": "anyone"}],
    "todos": [STAFF], "searches": ["anyone"], "homeBlocks": [], "eventTitles": {SIGNED: "新增留言", REPLIED: "已回复留言"},
    "refusals": [{"code": "guestbook.no-entry", "status": 404, "about": "没有这条留言"}], "keepsPersonalData": True,
}


class Refusal(Exception):
    """A problem object (RFC 9457); chapter "Refusals"."""

    def __init__(self, code, status, detail, faults=()):
        self.problem = {"type": "/errors/" + code, "title": "请求未被受理", "status": status, "detail": detail, "code": code}
        if faults:
            self.problem["faults"] = list(faults)


def check(schema, value, field=""):
    """Everything in which a value differs from its schema."""
    kind, fault = schema.get("type"), lambda message: [{"field": field or "/", "message": message}]
    good = {"object": isinstance(value, dict), "string": isinstance(value, str),
            "integer": isinstance(value, int) and not isinstance(value, bool)}
    if not good[kind]:
        return fault("类型不符，应为 " + kind + "。")
    found = []
    if kind == "object":
        for name in schema["required"]:
            if name not in value:
                found.append({"field": name, "message": "缺少该字段，请补充。"})
        for name, inner in value.items():
            if name not in schema["properties"]:
                found.append({"field": name, "message": "没有该字段，请删除。"})
            else:
                found += check(schema["properties"][name], inner, name)
    elif kind == "string":
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10_000):
            found += fault("长度应为 %d 至 %d 字，请修改。" % (schema.get("minLength", 0), schema.get("maxLength", 10_000)))
        if schema.get("format") == "uuid":
            try:
                uuid.UUID(value)
            except ValueError:
                found += fault("不是标识（UUID）。")
    elif not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found += fault("应为 %s 至 %s。" % (schema.get("minimum"), schema.get("maximum")))
    return found


# MARK: Its file (chapter "The plug-in's file")

KIT = """
CREATE TABLE IF NOT EXISTS _meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _log (seq INTEGER PRIMARY KEY, id BLOB NOT NULL, type TEXT NOT NULL, subject TEXT, time INTEGER NOT NULL,
  actor_kind TEXT NOT NULL, actor_id TEXT NOT NULL, actor_name TEXT NOT NULL, organisation TEXT, correlation BLOB NOT NULL,
  causation BLOB, target TEXT, reach TEXT NOT NULL, traceparent TEXT, payload BLOB NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS _head (n INTEGER PRIMARY KEY CHECK (n = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
INSERT OR IGNORE INTO _head VALUES (1, 0, zeroblob(32));
CREATE TABLE IF NOT EXISTS _cursor (source TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS _done (n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, type TEXT NOT NULL, reply BLOB NOT NULL,
  time INTEGER NOT NULL, fingerprint BLOB) STRICT;
CREATE TABLE IF NOT EXISTS _parked (id INTEGER PRIMARY KEY, source TEXT NOT NULL, seq INTEGER NOT NULL, subject TEXT, type TEXT NOT NULL,
  cause TEXT NOT NULL, attempts INTEGER NOT NULL, time INTEGER NOT NULL, discarded INTEGER, reason TEXT, discarded_by TEXT) STRICT;
CREATE TABLE IF NOT EXISTS entry (id TEXT PRIMARY KEY, text TEXT NOT NULL, author TEXT, time INTEGER NOT NULL, reply TEXT) STRICT;
CREATE TABLE IF NOT EXISTS welcome (node TEXT PRIMARY KEY, title TEXT NOT NULL) STRICT;
"""


def milliseconds():
    return time.time_ns() // 1_000_000


def shown(moment):
    return datetime.datetime.fromtimestamp(moment / 1000, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (moment % 1000)


def moment(words):
    return int(datetime.datetime.fromisoformat(words.replace("Z", "+00:00")).timestamp() * 1000)


def new_id():
    """UUID version 7: time-ordered."""
    value = milliseconds() << 80 | int.from_bytes(os.urandom(10), "big")
    return uuid.UUID(int=value & ~(0xF << 76 | 3 << 62) | 7 << 76 | 2 << 62)


def announce(db, name, subject, payload, envelope):
    """Appends to the hash-chained log, in the transaction at hand; chapter "The log"."""
    seq, previous = db.execute("SELECT seq, hash FROM _head").fetchone()
    actor, identifier, now = envelope["actor"], new_id().bytes, milliseconds()
    person = actor["kind"] == "person"
    row = [identifier, name, subject, now, actor["kind"], actor["id"], "" if person else actor["name"], actor.get("organisation"),
           uuid.UUID(envelope["correlation"]).bytes, uuid.UUID(envelope["id"]).bytes, None, "local", envelope.get("traceparent"),
           json.dumps(payload, ensure_ascii=False).encode()]
    form = b"\x01" + previous + struct.pack(">q", seq + 1)
    for index, value in enumerate(row):
        if index == 3:  # the moment is a number without length
            form += struct.pack(">q", value)
        elif value is None:
            form += b"\xff" * 4
        else:
            data = value.encode() if isinstance(value, str) else value
            form += struct.pack(">I", len(data)) + data
    digest = hashlib.sha256(form).digest()
    db.execute("INSERT INTO _log VALUES (?" + ", ?" * 16 + ")", [seq + 1] + row + [previous, digest])
    db.execute("UPDATE _head SET seq = ?, hash = ?", (seq + 1, digest))


# MARK: Frames (chapter "Framing")

class Line:
    def __init__(self, descriptor):
        self.socket = socket.socket(fileno=descriptor)
        self.bytes, self.descriptors, self.waiting, self.last = b"", [], collections.deque(), 0

    def send(self, head, body=b""):
        head = json.dumps(head).encode()
        self.socket.sendall(struct.pack(">II", len(head), len(body)) + head + body)

    def receive(self):
        """The next frame; ends the program when the host is gone."""
        while True:
            frame = self.parse()
            if frame:
                return frame
            self.read()

    def parse(self):
        """A frame that came whole, but for notes `cancel`: what waits under that number is left out."""
        while True:
            if len(self.bytes) >= 8:
                head, body = struct.unpack(">II", self.bytes[:8])
                if len(self.bytes) >= 8 + head + body:
                    parsed, content = json.loads(self.bytes[8:8 + head]), self.bytes[8 + head:8 + head + body]
                    self.bytes = self.bytes[8 + head + body:]
                    for descriptor in self.descriptors[:parsed.get("files", 0)]:  # it takes no files
                        os.close(descriptor)
                    del self.descriptors[:parsed.get("files", 0)]
                    if parsed["kind"] == "note" and parsed.get("verb") == "cancel":
                        kept = [frame for frame in self.waiting if frame[0]["kind"] != "call" or frame[0]["id"] != parsed.get("id")]
                        self.waiting.clear()
                        self.waiting.extend(kept)
                        continue
                    return parsed, content
            return None

    def read(self):
        more, descriptors, _, _ = socket.recv_fds(self.socket, 1 << 18, 16)
        if not more:
            sys.exit(0)
        self.bytes += more
        self.descriptors += descriptors

    def next(self):
        while True:
            # What came meanwhile is looked at first: it may cancel what waits.
            while select.select([self.socket], [], [], 0)[0]:
                self.read()
            while frame := self.parse():
                self.waiting.append(frame)
            if self.waiting:
                return self.waiting.popleft()
            self.waiting.append(self.receive())

    def call(self, verb, body=None, **head):
        self.last += 1
        mine = self.last
        self.send({"kind": "call", "id": mine, "verb": verb, "within": 10_000, **head}, b"" if body is None else json.dumps(body).encode())
        while True:
            answer, content = self.receive()
            if answer["kind"] in ("reply", "refusal") and answer.get("id") == mine:
                if answer["kind"] == "refusal":
                    raise RuntimeError("refused: " + content.decode())
                return answer, json.loads(content) if content else None
            self.waiting.append((answer, content))


# MARK: The plug-in

class Guestbook:
    def __init__(self, line):
        self.line = line
        hello = {"protocols": [1], "plugin": ID, "version": VERSION, "secret": os.environ.pop("SHUNIU_SECRET")}
        welcome = line.call("hello", hello)[1]
        self.neighbours = {neighbour["id"] for neighbour in welcome["neighbours"]}
        self.db = sqlite3.connect(os.path.join(welcome["folder"], ID + ".sqlite"), isolation_level=None)
        self.db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;" + KIT)
        line.call("ready", DECLARATION)
        self.catch_up()

    def run(self):
        while True:
            head, body = self.line.next()
            if head["kind"] == "note":
                if head.get("verb") == "neighbours":
                    self.neighbours = {neighbour["id"] for neighbour in json.loads(body)}
                if head.get("verb") in ("neighbours", "advanced"):
                    self.catch_up()
            elif head["kind"] == "call":
                self.serve(head, body)

    def serve(self, head, body):
        verbs = {"command": self.command, "query": self.query, "log": self.log, "page": self.page, "todos": self.todos, "home": lambda *_: [],
                 "search": self.search, "attachment": lambda *_: [], "parked": self.parked, "replay": self.replay, "discard": self.discard,
                 "export": self.export, "erase": self.erase, "backup": self.backup, "ping": self.ping, "stop": lambda *_: None}
        before, reply = self.end(), {"kind": "reply", "id": head["id"]}
        try:
            verb = verbs.get(head.get("verb"))
            if verb is None:
                raise Refusal("bus.unknown-verb", 501, "插件不支持此操作，请升级插件。")
            answer = verb(head, body)
            content = b"" if answer is None else json.dumps(answer, ensure_ascii=False).encode()
        except Refusal as refusal:
            reply["kind"], content = "refusal", json.dumps(refusal.problem, ensure_ascii=False).encode()
        except Exception as error:  # nothing of it may end the process or tell what lies inside
            self.say("error", "failed", "%s in %s" % (type(error).__name__, head.get("verb")))
            refusal = Refusal("messages.internal", 500, "系统处理时出现故障，您的数据没有改动。请稍后重试。")
            reply["kind"], content = "refusal", json.dumps(refusal.problem, ensure_ascii=False).encode()
        self.line.send(reply, content)
        if self.end() != before:
            self.line.send({"kind": "note", "verb": "advanced", "plugin": ID, "seq": self.end()})
        if head.get("verb") == "stop":
            self.db.close()
            sys.exit(0)

    def end(self):
        return self.db.execute("SELECT seq FROM _head").fetchone()[0]

    def say(self, level, code, message):
        self.line.send({"kind": "note", "verb": "log"}, json.dumps({"level": level, "code": code, "message": message, "facts": []}).encode())

    def transaction(self, work):
        self.db.execute("BEGIN IMMEDIATE")
        try:
            answer = work()
            self.db.execute("COMMIT")
            return answer
        except BaseException:
            self.db.execute("ROLLBACK")
            raise

    # Commands: change, mark and event commit together; a repeated id gets the first reply (chapter "command").

    def command(self, head, body):
        envelope, name = head["envelope"], head["name"]
        handlers = {SIGN: self.sign, REPLY: self.answer}
        if name not in handlers:
            raise Refusal("messages.unknown", 404, "本插件不受理该消息，请核对名称和版本。")
        message = self.read(SCHEMAS[name], body)
        actor, identifier = envelope["actor"], uuid.UUID(envelope["id"]).bytes
        request = "%s %s %s %s" % (name, actor["kind"], actor["id"], json.dumps(message, sort_keys=True))
        fingerprint = hashlib.sha256(request.encode()).digest()[:16]

        def work():
            if "deadline" in envelope and moment(envelope["deadline"]) < milliseconds():
                raise Refusal("messages.deadline-passed", 504, "等待时间已过，请求没有执行，数据没有改动，请重新提交。")
            first = self.db.execute("SELECT reply, fingerprint FROM _done WHERE id = ?", (identifier,)).fetchone()
            if first:
                if head.get("keyed") and first[1] != fingerprint:
                    raise Refusal("bus.key-used", 422, "该请求编号已用于内容不同的另一次请求，本次没有执行。请换新编号。")
                return json.loads(first[0])
            reply = handlers[name](message, envelope)
            self.db.execute("INSERT INTO _done (id, type, reply, time, fingerprint) VALUES (?, ?, ?, ?, ?)",
                            (identifier, name, json.dumps(reply).encode(), milliseconds(), fingerprint))
            return reply

        return self.transaction(work)

    def read(self, schema, body):
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            raise Refusal("messages.malformed", 400, "提交的内容不是 JSON，请改正后重试。")
        faults = check(schema, message)
        if faults:
            raise Refusal("messages.invalid", 422, "提交的内容有 %d 处不符合要求，请按各字段提示改正后重新提交。" % len(faults), faults)
        return message

    def sign(self, message, envelope):
        entry, actor = str(new_id()), envelope["actor"]
        author = actor["id"] if actor["kind"] == "person" else None
        self.db.execute("INSERT INTO entry (id, text, author, time) VALUES (?, ?, ?, ?)", (entry, message["text"], author, milliseconds()))
        # The event names the entry and not its text: a log is never rewritten, a text can be erased.
        announce(self.db, SIGNED, "entry/" + entry, {"entry": entry}, envelope)
        return {"entry": entry}

    def answer(self, message, envelope):
        entry = message["entry"].lower()
        if self.db.execute("UPDATE entry SET reply = ? WHERE id = ?", (message["text"], entry)).rowcount == 0:
            raise Refusal("guestbook.no-entry", 404, "没有这条留言，可能已被删除。请从留言簿重新进入。")
        announce(self.db, REPLIED, "entry/" + entry, {"entry": entry}, envelope)
        return {"entry": entry}

    # Queries

    def query(self, head, body):
        if head.get("name") != FIND:
            raise Refusal("messages.unknown", 404, "本插件不受理该消息，请核对名称和版本。")
        if head.get("parameters"):  # a list of names and values, all texts
            try:
                body = json.dumps({name: int(value) if name == "limit" else value for name, value in json.loads(body)})
            except ValueError:
                raise Refusal("messages.malformed", 400, "参数 limit 应为整数。")
        return self.find(self.read(SCHEMAS[FIND], body).get("limit", 20))

    def find(self, limit):
        rows = self.db.execute("SELECT id, text, time, reply FROM entry ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
        items = [{"entry": row[0], "text": row[1], "time": shown(row[2]), **({"reply": row[3]} if row[3] else {})} for row in rows]
        return {"items": items, "welcome": [row[0] for row in self.db.execute("SELECT title FROM welcome ORDER BY node DESC LIMIT 5")]}

    # The log for subscribers (chapter "log"), and the events of others (chapter "Hearing others").

    def log(self, head, body):
        request, after = json.loads(body), head.get("seq", 0)
        entries, last = [], after
        columns = "seq, id, type, subject, time, actor_kind, actor_id, actor_name, organisation, correlation, causation, traceparent, payload"
        for row in self.db.execute("SELECT %s FROM _log WHERE seq > ? ORDER BY seq LIMIT ?" % columns, (after, min(head.get("limit", 512), 512))):
            last = row[0]
            if row[2] not in request["hearing"]:
                continue
            actor = {"kind": row[5], "id": row[6], "name": row[7], "grants": [], **({"organisation": row[8]} if row[8] else {})}
            entry = {"seq": row[0], "id": str(uuid.UUID(bytes=row[1])), "type": row[2], "subject": row[3], "time": shown(row[4]), "actor": actor,
                     "correlation": str(uuid.UUID(bytes=row[9])), "causation": str(uuid.UUID(bytes=row[10])) if row[10] else None,
                     "reach": "local", "traceparent": row[11], "payload": json.loads(row[12])}
            entries.append({name: value for name, value in entry.items() if value is not None})
        return {"entries": entries, "last": last}

    def catch_up(self):
        """Reads on after the cursor; state and cursor move in one transaction, so that each event counts once."""
        source = HEARD.split(".")[0]
        while source in self.neighbours:
            row = self.db.execute("SELECT seq FROM _cursor WHERE source = ?", (source,)).fetchone()
            cursor = row[0] if row else 0
            try:
                request = {"subscriber": ID, "hearing": [HEARD]}
                page = self.line.call("log", request, plugin=source, seq=cursor, limit=512)[1]
            except RuntimeError:
                return  # the next note `advanced` tries again
            if page["last"] <= cursor:
                return

            def work():
                for entry in page["entries"]:
                    self.hear(source, entry)
                self.db.execute("INSERT OR REPLACE INTO _cursor VALUES (?, ?)", (source, page["last"]))

            self.transaction(work)

    def hear(self, source, entry):
        subject = entry.get("subject")
        held = self.db.execute("SELECT 1 FROM _parked WHERE source = ? AND subject = ? AND discarded IS NULL", (source, subject)).fetchone()
        cause = "waits behind an earlier one" if held else self.react(entry)
        if cause:
            self.db.execute("INSERT INTO _parked (source, seq, subject, type, cause, attempts, time) VALUES (?, ?, ?, ?, ?, ?, ?)",
                            (source, entry["seq"], subject, entry["type"], cause, 0 if held else 1, milliseconds()))

    def react(self, entry):
        """Returns why it could not be handled."""
        if entry["type"] != HEARD:
            return None
        payload = entry["payload"] if isinstance(entry["payload"], dict) else {}
        node, title = payload.get("node"), payload.get("title")
        if not isinstance(node, str) or not isinstance(title, str):
            return "node or title is no text"
        self.db.execute("INSERT OR REPLACE INTO welcome VALUES (?, ?)", (node, title))

    def parked(self, head, body):
        rows = self.db.execute("SELECT id, source, seq, subject, type, cause, attempts, time FROM _parked WHERE discarded IS NULL ORDER BY id")
        names = ["id", "source", "seq", "subject", "type", "cause", "attempts"]
        return [{**{name: value for name, value in zip(names, row) if value is not None}, "parkedAt": shown(row[7])} for row in rows]

    def waiting(self, head):
        row = self.db.execute("SELECT source, seq FROM _parked WHERE id = ? AND discarded IS NULL", (head.get("seq"),)).fetchone()
        if not row:
            raise Refusal("messages.not-found", 404, "没有这条滞留消息，可能已处理。")
        return row

    def replay(self, head, body):
        source, seq = self.waiting(head)
        entries = self.line.call("log", {"subscriber": ID, "hearing": [HEARD]}, plugin=source, seq=seq - 1, limit=1)[1]["entries"]

        def work():
            cause = self.react(entries[0]) if entries else None
            if cause:
                self.db.execute("UPDATE _parked SET cause = ?, attempts = attempts + 1 WHERE id = ?", (cause, head["seq"]))
            else:
                self.db.execute("DELETE FROM _parked WHERE id = ?", (head["seq"],))

        self.transaction(work)

    def discard(self, head, body):
        self.waiting(head)
        self.db.execute("UPDATE _parked SET discarded = ?, reason = ?, discarded_by = ? WHERE id = ?",
                        (milliseconds(), head.get("reason", ""), head.get("actor", {}).get("id", "host"), head["seq"]))

    # Pages (chapter "page"): everything that came from outside goes through html.escape.

    def page(self, head, body):
        request, actor = json.loads(body), head.get("actor", {"kind": "visitor", "id": "-", "name": "访客", "grants": []})
        route, fields = (request["method"], request["pattern"]), dict(request["fields"])
        if route == ("GET", "/book"):
            return self.book(request, actor)
        names = {("POST", "/book"): (SIGN, "留言已保存。"), ("POST", "/reply"): (REPLY, "回复已保存。")}
        if route not in names:
            raise Refusal("messages.not-found", 404, "没有找到所要的内容，请从首页重新进入。")
        name, notice = names[route]
        message = {key: fields.get(key, "") for key in SCHEMAS[name]["properties"]}
        # The id of the form is the id of the command: a second click does nothing twice.
        envelope = {"id": request["id"], "correlation": request["id"], "actor": actor}
        try:
            self.command({"name": name, "envelope": envelope, "keyed": True}, json.dumps(message))
        except Refusal as refusal:
            return self.book(request, actor, refusal.problem, fields)
        return {"redirect": {"to": request["base"] + "/book", "notice": notice}}

    def book(self, request, actor, problem=None, fields={}):
        safe, found, parts = html.escape, self.find(50), []
        hidden = "".join('<input type="hidden" name="%s" value="%s">' % (name, safe(value)) for name, value in
                         [("_csrf", request["csrfToken"]), ("_id", str(new_id()) if problem else request["id"])])
        if problem:
            faults = "".join("<li>%s</li>" % safe(fault["message"]) for fault in problem.get("faults", []))
            parts.append('<div class="error-summary" role="alert"><h2>未能提交</h2><p>%s</p><ul>%s</ul></div>' % (safe(problem["detail"]), faults))
        for title in found["welcome"]:
            parts.append("<p>欢迎新平台：%s</p>" % safe(title))
        if not found["items"]:
            parts.append('<div class="empty"><p class="empty-title">还没有留言</p><p>保存的留言会列在这里。</p></div>')
        staff = any(grant["role"] in STAFF for grant in actor["grants"])
        for item in found["items"]:
            parts.append("<h2>%s</h2><p>%s</p>" % (safe(item["time"][:10]), safe(item["text"])))
            if "reply" in item:
                parts.append("<p>回复：%s</p>" % safe(item["reply"]))
            elif staff:
                parts.append(self.form(request["base"] + "/reply", hidden + '<input type="hidden" name="entry" value="%s">' % item["entry"],
                                       "r-" + item["entry"], "回复", "", "回复"))
        if actor["kind"] != "visitor":
            kept = fields.get("text", "") if request["pattern"] == "/book" else ""
            parts.append(self.form(request["base"] + "/book", hidden, "f-text", "留言", kept, "保存"))
        return {"page": {"status": problem["status"] if problem else 200, "title": "企业留言簿", "trail": [], "layout": "narrow",
                         "content": "".join(parts)}}

    @staticmethod
    def form(address, hidden, identifier, label, value, submit):
        return ('<form class="form" method="post" action="%s">%s<div class="field"><label for="%s" class="field-label">%s</label>'
                '<p class="hint">1 至 200 字</p><input type="text" id="%s" name="text" class="control control-full" value="%s" required></div>'
                '<div class="actions"><button type="submit" class="button button-primary">%s</button></div></form>'
                % (html.escape(address), hidden, identifier, label, identifier, html.escape(value), submit))

    def todos(self, head, body):
        rows = self.db.execute("SELECT text, time FROM entry WHERE reply IS NULL ORDER BY id LIMIT 20")
        return [{"title": row[0][:40], "path": "/book", "step": "回复", "since": shown(row[1])} for row in rows]

    def search(self, head, body):
        pattern = "%" + "".join("\\" + letter if letter in "%_\\" else letter for letter in head.get("key", "")) + "%"
        rows = self.db.execute("SELECT text FROM entry WHERE text LIKE ? ESCAPE '\\' ORDER BY id DESC LIMIT 20", (pattern,))
        return [{"title": row[0][:40], "path": "/book", "summary": "企业留言", "score": 1} for row in rows]

    # Persons (个人信息保护法 art. 45, 47)

    def export(self, head, body):
        rows = self.db.execute("SELECT time, text FROM entry WHERE author = ? ORDER BY id", (head.get("key"),)).fetchall()
        values = [{"name": shown(row[0])[:10], "value": row[1]} for row in rows]
        records = [{"title": "留言", "values": values, "basis": "为答复您的留言"}] if values else []
        return [{"plugin": ID, "records": records, "events": []}]

    def erase(self, head, body):
        self.db.execute("DELETE FROM entry WHERE author = ?", (head.get("key"),))
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return [{"plugin": ID, "outcome": {"done": {"attachments": []}}}]

    # Care

    def backup(self, head, body):
        with sqlite3.connect(head["key"]) as copy:
            self.db.backup(copy)

    def ping(self, head, body):
        self.transaction(lambda: None)  # through everything that handlers use


if __name__ == "__main__":
    if sys.argv[1:] == ["--declare"]:
        print(json.dumps(DECLARATION, ensure_ascii=False))
    elif sys.argv[1:] or "SHUNIU_SECRET" not in os.environ:
        sys.exit("guestbook is a plug-in: a Shuniu host starts it; by hand only with --declare")
    else:
        Guestbook(Line(3)).run()

# One attempt at one address: connect, TLS, request, as key=value lines. Read-only: GETs, pings and greetings.
# No single quotes in this file: it travels inside them.
import errno, os, socket, struct, sys, time
o = dict(a.split("=", 1) for a in sys.argv[1:])
proto = o.get("proto", "tcp")
limit = float(o.get("limit", "8"))
start = time.monotonic()

def ms():
    return "%.1f" % ((time.monotonic() - start) * 1000)

def esc(b):
    return "".join(chr(c) if 32 <= c < 127 and c != 92 else {10: "\\n", 13: "\\r", 9: "\\t", 92: "\\\\"}.get(c, "\\x%02x" % c) for c in b)

def put(k, v):
    print(k + "=" + str(v))

def text(v):
    return esc(str(v).encode("utf-8", "replace"))

def end(code=0):
    put("total_ms", ms())
    sys.stdout.flush()
    os._exit(code)

def left():
    t = limit - (time.monotonic() - start)
    if t <= 0:
        raise socket.timeout("timed out")
    return t

put("tool", "python3")
put("seat_user", o.get("seat_user", ""))
try:
    if o.get("unix"):
        s = socket.socket(socket.AF_UNIX)
        where = o["unix"]
    else:
        s = socket.socket(socket.AF_INET6 if ":" in o["address"] else socket.AF_INET)
        where = (o["address"], int(o["port"]))
    s.settimeout(float(o.get("connect_limit", "3")))
    s.connect(where)
except (socket.timeout, BlockingIOError, OSError) as e:
    if isinstance(e, socket.timeout) or e.errno == errno.EINPROGRESS:
        put("connect", "ETIMEDOUT" if not o.get("unix") else "EAGAIN")
    else:
        put("connect", errno.errorcode.get(e.errno, "unknown"))
    put("error", text(e))
    put("connect_ms", ms())
    end()
put("connect", "ok")
put("connect_ms", ms())
try:
    put("local", "%s:%s" % s.getsockname()[:2] if not o.get("unix") else "")
except Exception:
    pass
if o.get("proxy_protocol") == "yes":
    try:
        s.sendall(b"PROXY UNKNOWN\r\n")
    except OSError:
        pass

if proto in ("https", "tls", "grpcs"):
    import ssl
    try:
        s.settimeout(left())
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        c.check_hostname = False
        c.verify_mode = ssl.CERT_NONE
        if o.get("verify") == "yes":
            c.verify_mode = ssl.CERT_REQUIRED
            c.check_hostname = bool(o.get("sni"))
            if o.get("cafile"):
                c.load_verify_locations(o["cafile"])
            else:
                c.load_default_certs()
        if o.get("cert"):
            c.load_cert_chain(o["cert"], o.get("certkey") or None)
        if proto == "grpcs":
            c.set_alpn_protocols(["h2"])
        s = c.wrap_socket(s, server_hostname=o.get("sni") or None)
        put("tls", "ok")
        put("tls_detail", s.version())
    except ssl.SSLCertVerificationError as e:
        put("tls", "certificate-invalid")
        put("tls_detail", text(e.verify_message))
        put("tls_ms", ms())
        end()
    except (ssl.SSLEOFError, ConnectionError, BrokenPipeError) as e:
        put("tls", "closed")
        put("tls_detail", text(e))
        put("tls_ms", ms())
        end()
    except socket.timeout as e:
        put("tls", "timed-out")
        put("tls_ms", ms())
        end()
    except ssl.SSLError as e:
        plain = e.reason in ("WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE")
        put("tls", "plain-text" if plain else "handshake-failed")
        put("tls_detail", text(e))
        put("tls_ms", ms())
        end()
    except OSError as e:
        put("tls", "handshake-failed")
        put("tls_detail", text(e))
        put("tls_ms", ms())
        end()
    put("tls_ms", ms())

def fcgi(kind, body):
    return struct.pack(">BBHHBB", 1, kind, 0, len(body), 0, 0) + body

def pg_startup():
    p = b"user\0hopscope\0database\0postgres\0application_name\0hopscope\0\0"
    return struct.pack(">II", len(p) + 8, 196608) + p

def mongo(field):
    document = struct.pack("<i", len(field) + 5) + field + b"\0"
    body = struct.pack("<i", 0) + b"admin.$cmd\0" + struct.pack("<ii", 0, -1) + document
    return struct.pack("<iiii", len(body) + 16, 7, 0, 2004) + body

def uwsgi():
    path, _, query = (o.get("path") or "/").partition("?")
    host = o.get("host") or "localhost"
    v = {"REQUEST_METHOD": "GET", "REQUEST_URI": o.get("path") or "/", "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": host, "SERVER_NAME": host.split(":")[0], "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": "hopscope", "CONTENT_LENGTH": "", "CONTENT_TYPE": "", "SCRIPT_NAME": ""}
    body = b""
    for k, t in v.items():
        k, t = k.encode(), t.encode("latin-1", "replace")
        body += struct.pack("<H", len(k)) + k + struct.pack("<H", len(t)) + t
    return struct.pack("<BHB", 0, len(body), 0) + body

requests = {
    "http": lambda: ("GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: hopscope\r\nAccept: */*\r\nConnection: close\r\n\r\n" % (o.get("path") or "/", o.get("host") or "localhost")).encode("latin-1", "replace"),
    "fastcgi": lambda: fcgi(9, b"\x0e\x00FCGI_MAX_CONNS"),
    "redis": lambda: b"PING\r\n",
    "memcached": lambda: b"version\r\n",
    "postgresql": pg_startup,
    "mysql": lambda: b"",
    # hello as OP_QUERY on admin.$cmd, which every release answers without a login
    "mongodb": lambda: mongo(b"\x10isMaster\0\1\0\0\0"),
    "amqp": lambda: b"AMQP\0\0\x09\x01",
    # ApiVersions, version 0
    "kafka": lambda: struct.pack(">ihhih8s", 18, 18, 0, 7, 8, b"hopscope"),
    "ajp": lambda: b"\x12\x34\0\1\x0a",
    "uwsgi": uwsgi,
    "h2": lambda: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0",
}
requests["https"] = requests["http"]
requests["grpc"] = requests["grpcs"] = requests["http2"] = requests["h2"]
if proto not in requests:
    end()

data = b""
def first():
    put("first_byte_ms", ms())

def read(more):
    # until `more(data)` says no; gives why it ended: done, closed, reset, timed-out
    global data
    while more(data):
        try:
            s.settimeout(left())
            chunk = s.recv(65536)
        except socket.timeout:
            return "timed-out"
        except ConnectionResetError:
            return "reset"
        except OSError as e:
            put("error", text(e))
            return "reset"
        if not chunk:
            return "closed"
        if not data:
            first()
        data += chunk
        if len(data) > 2000000:
            return "done"
    return "done"

def send(b):
    try:
        s.settimeout(left())
        s.sendall(b)
    except socket.timeout:
        pass
    except OSError as e:
        # the answer, or the reset, is still to be read
        put("send_error", errno.errorcode.get(e.errno, "unknown") if e.errno else text(e))

def reply(how, ok):
    if ok:
        put("reply", "answered")
    elif how == "done" or data:
        put("reply", "invalid")
    else:
        put("reply", how)
    put("first", esc(data[:512]))
    end()

send(requests[proto]())
if proto in ("http", "https", "uwsgi"):
    how = read(lambda d: b"\r\n\r\n" not in d and b"\n\n" not in d and len(d) < 65536)
    if not data:
        reply(how, False)
    head = data.split(b"\r\n\r\n", 1)[0]
    lines = head.split(b"\n")
    words = lines[0].split()
    if not (data.startswith(b"HTTP/") and len(words) > 1 and words[1].isdigit() and len(words[1]) == 3):
        put("reply", "invalid")
        put("first", esc(data[:512]))
        end()
    put("status", words[1].decode())
    put("header_bytes", len(head) + 4)
    headers = {}
    for line in lines[1:]:
        k, _, v = line.partition(b":")
        headers[k.strip().lower()] = v.strip()
    for k in ("server", "location"):
        if k.encode() in headers:
            put(k, esc(headers[k.encode()][:300]))
    if how != "done":
        put("reply", {"closed": "closed", "reset": "reset"}.get(how, how))
        put("first", esc(data[:512]))
        end()
    size = headers.get(b"content-length", b"")
    base = len(head) + 4
    chunked = b"chunked" in headers.get(b"transfer-encoding", b"").lower()
    bare = words[1] in (b"204", b"304") or words[1].startswith(b"1")
    want = base + int(size) if size.isdigit() and len(size) < 10 else None
    if bare:
        how = "done"
    elif want is not None:
        how = read(lambda d: len(d) < want)
    else:
        how = read(lambda d: not (chunked and d.endswith(b"0\r\n\r\n")))
    whole = how == "done" or (how == "closed" and want is None and not chunked)
    if whole:
        put("reply", "answered")
    elif how == "timed-out":
        put("reply", "answered")
        put("body", "unfinished after the time limit")
    else:
        put("reply", "closed-mid-response")
    put("first", esc(data[base:base + 512]))
    end()
if proto == "fastcgi":
    how = read(lambda d: len(d) < 8)
    reply(how, len(data) >= 8 and data[0] == 1 and data[1] in (10, 11))
if proto in ("grpc", "grpcs", "http2", "h2"):
    how = read(lambda d: len(d) < 9)
    reply(how, len(data) >= 9 and data[3] == 4)
if proto in ("redis", "memcached"):
    how = read(lambda d: b"\n" not in d)
    good = data[:1] in (b"+", b"-") if proto == "redis" else data.startswith((b"VERSION", b"ERROR"))
    if data[:1] == b"-":
        put("error", esc(data[:200].strip()))
    reply(how, good)
if proto == "postgresql":
    how = read(lambda d: len(d) < 5 or len(d) < 1 + min(struct.unpack(">I", d[1:5])[0], 4096))
    if data[:1] == b"E":
        put("error", esc(b" ".join(f[1:] for f in data[5:400].split(b"\0") if f[:1] in b"SCM")))
    reply(how, data[:1] in (b"R", b"E", b"v"))
if proto == "mongodb":
    how = read(lambda d: len(d) < 4 or len(d) < min(struct.unpack("<i", d[:4])[0], 65536))
    reply(how, len(data) > 20 and data[12:16] in (b"\1\0\0\0", b"\xdd\7\0\0"))
if proto == "amqp":
    # Connection.Start, or the header of the version that the server speaks
    how = read(lambda d: len(d) < 8)
    reply(how, data[:1] == b"\1" and data[7:11] == b"\0\x0a\0\x0a" or data[:4] == b"AMQP" or len(data) >= 8 and data[:3] == b"\1\0\0")
if proto == "kafka":
    how = read(lambda d: len(d) < 10)
    reply(how, len(data) >= 10 and data[4:8] == b"\0\0\0\7")
if proto == "ajp":
    how = read(lambda d: len(d) < 5)
    reply(how, data[:2] == b"AB")
if proto == "mysql":
    # Completes the handshake with an unknown user: leaving before that counts towards max_connect_errors.
    def packet(d):
        return len(d) < 4 or len(d) < 4 + d[0] + d[1] * 256 + d[2] * 65536
    how = read(packet)
    good = len(data) > 4 and data[4] in (10, 255)
    if data[4:5] == b"\xff":
        put("error", esc(data[7:200]))
    elif good:
        greeting, data = data, b""
        login = struct.pack("<IIB23x", 0x8200, 1 << 20, 33) + b"hopscope\0\0"
        send(struct.pack("<I", len(login))[:3] + b"\1" + login)
        read(packet)
        if data[4:5] == b"\xfe":
            number, data = data[3] + 1, b""
            send(b"\0\0\0" + bytes([number]))
            read(packet)
        data = greeting
        how = "done"
    reply(how, good)

#include "core/parse/haproxyconfig.h"

#include <algorithm>
#include <array>

namespace hopscope::parse {

namespace {
/// Of HAProxy 1.5 to 3.2, proxy sections only; sorted.
constexpr auto keywords = std::to_array<std::string_view>({ "acl", "appsession", "backlog", "balance", "bind", "bind-process",
    "block", "capture", "clitimeout", "compression", "contimeout", "cookie", "declare", "default-server", "default_backend",
    "description", "disabled", "dispatch", "email-alert", "enabled", "errorfile", "errorfiles", "errorloc", "errorloc302",
    "errorloc303", "external-check", "filter", "force-persist", "fullconn", "grace", "guid", "hash-balance-factor",
    "hash-preserve-affinity", "hash-type", "http-after-response", "http-check", "http-error", "http-request", "http-response",
    "http-reuse", "http-send-name-header", "id", "ignore-persist", "load-server-state-from-file", "log", "log-format",
    "log-format-sd", "log-steps", "log-tag", "max-keep-alive-queue", "max-session-srv-conns", "maxconn", "mode", "monitor",
    "monitor-net", "monitor-uri", "no", "option", "persist", "quic-initial", "rate-limit", "redirect", "redisp",
    "redispatch", "reqadd", "reqallow", "reqdel", "reqdeny", "reqiallow", "reqidel", "reqideny", "reqipass", "reqirep",
    "reqisetbe", "reqitarpit", "reqpass", "reqrep", "reqsetbe", "reqtarpit", "retries", "retry-on", "rspadd", "rspdel",
    "rspdeny", "rspidel", "rspideny", "rspirep", "rsprep", "server", "server-state-file-name", "server-template", "source",
    "srvtimeout", "stats", "stick", "stick-table", "tcp-check", "tcp-request", "tcp-response", "timeout", "transparent",
    "unique-id-format", "unique-id-header", "use-fcgi-app", "use-server", "use_backend" });
static_assert(std::is_sorted(keywords.begin(), keywords.end()));
}

bool isHaproxyKeyword(std::string_view word) { return std::binary_search(keywords.begin(), keywords.end(), word); }

}

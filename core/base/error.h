#pragma once

#include <string>

namespace hopscope::base {

/// What failed, as something to switch on. The SSH kinds are the reasons a host can be out of reach.
enum class ErrorCode {
    InvalidArgument,
    InvalidFormat,
    NewerSchema,
    NotFound,
    PermissionDenied,
    InputOutput,
    LimitExceeded,
    Cancelled,
    TimedOut,
    Unsupported,
    // reaching a host
    NameNotResolved,
    ConnectionRefused,
    ConnectionTimedOut,
    HostUnreachable,
    NotSsh, ///< something else answers on that port, or the banner never came
    KeyExchangeFailed,
    HostKeyUnknown,
    HostKeyChanged,
    HostKeyRevoked,
    AuthenticationFailed,
    PassphraseNeeded,
    IdentityFileUnusable,
    JumpFailed,
    ShellNotPosix,
    SessionRefused, ///< the server refused a channel or a command
    Stalled,        ///< logged in, then nothing more came
    Disconnected,
};

/// A failure with everything a user needs to act on it.
struct Error {
    ErrorCode code = ErrorCode::InvalidArgument;
    std::string operation; ///< what was being done: "read profile", "log in"
    std::string subject;   ///< to what: a path, a host, a key
    std::string detail;    ///< the other side's or the system's words, verbatim
    std::string advice;    ///< what to do about it, in one sentence; may be empty

    bool operator==(const Error&) const = default;

    /// "operation subject: detail", one line.
    std::string text() const;
};

/// The stable lower-case id of a code, as in "host-key-changed".
const char* id(ErrorCode code);

}

#include "core/base/error.h"

namespace hopscope::base {

std::string Error::text() const
{
    std::string line = operation;
    if (!subject.empty())
        line += (line.empty() ? "" : " ") + subject;
    if (!detail.empty())
        line += (line.empty() ? "" : ": ") + detail;
    return line;
}

const char* id(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidArgument: return "invalid-argument";
    case ErrorCode::InvalidFormat: return "invalid-format";
    case ErrorCode::NewerSchema: return "newer-schema";
    case ErrorCode::NotFound: return "not-found";
    case ErrorCode::PermissionDenied: return "permission-denied";
    case ErrorCode::InputOutput: return "input-output";
    case ErrorCode::LimitExceeded: return "limit-exceeded";
    case ErrorCode::Cancelled: return "cancelled";
    case ErrorCode::TimedOut: return "timed-out";
    case ErrorCode::Unsupported: return "unsupported";
    case ErrorCode::NameNotResolved: return "name-not-resolved";
    case ErrorCode::ConnectionRefused: return "connection-refused";
    case ErrorCode::ConnectionTimedOut: return "connection-timed-out";
    case ErrorCode::HostUnreachable: return "host-unreachable";
    case ErrorCode::NotSsh: return "not-ssh";
    case ErrorCode::KeyExchangeFailed: return "key-exchange-failed";
    case ErrorCode::HostKeyUnknown: return "host-key-unknown";
    case ErrorCode::HostKeyChanged: return "host-key-changed";
    case ErrorCode::HostKeyRevoked: return "host-key-revoked";
    case ErrorCode::AuthenticationFailed: return "authentication-failed";
    case ErrorCode::PassphraseNeeded: return "passphrase-needed";
    case ErrorCode::IdentityFileUnusable: return "identity-file-unusable";
    case ErrorCode::JumpFailed: return "jump-failed";
    case ErrorCode::ShellNotPosix: return "shell-not-posix";
    case ErrorCode::SessionRefused: return "session-refused";
    case ErrorCode::Stalled: return "stalled";
    case ErrorCode::Disconnected: return "disconnected";
    }
    return "unknown";
}

}

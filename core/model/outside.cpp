#include "core/model/outside.h"

namespace hopscope::model {

const char* id(AttemptResult result)
{
    switch (result) {
    case AttemptResult::NotTried: return "not-tried";
    case AttemptResult::Succeeded: return "succeeded";
    case AttemptResult::NameNotFound: return "name-not-found";
    case AttemptResult::ResolverFailed: return "resolver-failed";
    case AttemptResult::Refused: return "refused";
    case AttemptResult::TimedOut: return "timed-out";
    case AttemptResult::Unreachable: return "unreachable";
    case AttemptResult::TlsFailed: return "tls-failed";
    case AttemptResult::CertificateInvalid: return "certificate-invalid";
    case AttemptResult::ClosedBeforeHeaders: return "closed-before-headers";
    case AttemptResult::ResetBeforeHeaders: return "reset-before-headers";
    case AttemptResult::ClosedMidResponse: return "closed-mid-response";
    case AttemptResult::InvalidResponse: return "invalid-response";
    case AttemptResult::OtherError: return "other-error";
    }
    return "unknown";
}

}

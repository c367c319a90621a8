#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

/// Whether an answer says, in some server's words, that plain HTTP came to a TLS port.
bool saysPlainHttpToTls(const std::string& text);

/// Whether an answer says, in some server's words, that the caller showed no certificate of its own.
bool asksForClientCertificate(const std::string& text);

Assessment tlsToPlainPort(const HopView& view);
Assessment plainHttpToTlsPort(const HopView& view);
Assessment certificateExpired(const HopView& view);
Assessment certificateNotYetValid(const HopView& view);
Assessment certificateNameMismatch(const HopView& view);
Assessment certificateUntrusted(const HopView& view);
Assessment clientCertificateMissing(const HopView& view);
Assessment tlsVersionMismatch(const HopView& view);
Assessment sniMissing(const HopView& view);
Assessment clockSkew(const HopView& view);

}

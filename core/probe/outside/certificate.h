#pragma once

#include "core/model/outside.h"

#include <openssl/x509.h>

#include <string>

namespace hopscope::probe {

model::CertificateSummary summaryOf(X509* certificate);

/// The cause id for one X509_V_ERR code; null where it is fine.
const char* causeOfVerifyError(int code);

}

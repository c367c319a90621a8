#include "hostile.h"

#include "core/report/redact/texts.h"

#include "sample.h"

namespace hopscope::test {

model::Diagnosis withRemoteText(const std::string& text)
{
    model::Diagnosis diagnosis = stoppedService();
    diagnosis.finding->evidence[2].bearing = model::Bearing::Contradicts;
    diagnosis.advice[0].remediation = diagnosis.finding->remediation;
    diagnosis.request.status.reset();
    diagnosis.request.error = text;
    diagnosis.finding->variant = text;
    diagnosis.finding->cause = text;
    diagnosis.finding->responsible = text;
    diagnosis.finding->evidence[0].check = text;
    diagnosis.finding->evidence[0].rulesOut = { text };
    diagnosis.incomplete[0].check = text;
    // Every other string, by the same list that redaction works through; the ids stay apart so that hops find nodes.
    report::rewriteTexts(diagnosis, [&text](report::TextKind, const std::string& before) {
        return before.find('>') != std::string::npos || before == "laptop/client" || before == "edge/nginx:443" || before == "app1/node:3000"
            ? before
            : text;
    });
    return diagnosis;
}

}

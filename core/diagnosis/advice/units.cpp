#include "core/diagnosis/advice/parts.h"

#include "core/base/quote.h"

#include <algorithm>

namespace hopscope::diagnosis {

void adviseOnUnits(const AdviceContext& context)
{
    std::vector<std::string> told;
    for (const Judgement& judgement : context.judgements) {
        const faults::HopView& view = judgement.view;
        const model::Unit* unit = view.unit;
        if (!view.hop->isOnPath || !unit || view.unitCertainty < 0.9 || !view.callee
            || view.callee->kind != model::NodeKind::App || unit->restartPolicy != "no"
            || unit->activeState != "active" || unit->subState != "running")
            continue;
        if (std::find(told.begin(), told.end(), unit->name) != told.end())
            continue;
        told.push_back(unit->name);
        context.add("no-restart-policy", model::Severity::Note, view.hop->to.value(),
            unit->name + " has no Restart=: after a crash it stays down until somebody starts it.",
            { changeOf(view.calleeHost, "Let systemd restart it after a crash",
                { "sudo systemctl edit " + base::shellQuoted(unit->name) },
                "Restart=on-failure under [Service] in the drop-in") });
    }
}

}

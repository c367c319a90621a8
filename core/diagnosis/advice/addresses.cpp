#include "core/diagnosis/advice/parts.h"

namespace hopscope::diagnosis {

/// A name that leads to two families, of which the app listens on one: the proxy is refused now and then and goes on.
void adviseOnAddresses(const AdviceContext& context)
{
    for (const Judgement& judgement : context.judgements) {
        const faults::HopView& view = judgement.view;
        const auto refused = faults::passedOver(view);
        if (!view.hop->isOnPath || refused.empty() || !view.callerHost)
            continue;
        std::string taken;
        for (const model::HopProbe* probe : view.callerProbes)
            if (probe->connect == model::ConnectResult::Connected)
                taken = probe->address;
        const std::string name = view.hop->declared.endpoint.text();
        const std::string place = view.hop->declared.place.text();
        context.add("address-passed-over", model::Severity::Note, view.hop->to.value(),
            name + " leads to " + refused.front()->address + " too, where nobody listens: " + view.caller->label
                + " is refused there and goes on to " + taken + ". Visitors do not notice; its log fills with errors.",
            { changeOf(view.callerHost, "Name the address in place of the name" + (place.empty() ? std::string() : ", at " + place), {},
                taken + " in place of " + name) });
    }
}

}

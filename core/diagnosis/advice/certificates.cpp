#include "core/diagnosis/advice/parts.h"

namespace hopscope::diagnosis {

void adviseOnCertificates(const AdviceContext& context)
{
    const auto& chain = context.capture.outside.tls.chain;
    if (chain.empty() || context.capture.outside.tls.result != model::AttemptResult::Succeeded)
        return;
    const auto days = [](base::TimePoint from, base::TimePoint to) {
        return std::chrono::duration_cast<std::chrono::hours>(to - from).count() / 24;
    };
    const auto left = days(context.capture.startedAt, chain.front().notAfter);
    // Certificates of a few days' life are renewed daily: only what has used up most of its own span is late.
    const auto span = days(chain.front().notBefore, chain.front().notAfter);
    if (left < 0 || left > 14 || left * 4 > span)
        return;
    std::string node;
    for (const model::Hop& hop : context.topology.hops)
        if (const model::Node* from = context.topology.node(hop.from); from && from->kind == model::NodeKind::Client)
            node = hop.to.value();
    context.add("certificate-near-expiry", left <= 3 ? model::Severity::Critical : model::Severity::Warning, node,
        "The site's certificate expires in " + std::to_string(left) + " days ("
            + base::toIso8601(chain.front().notAfter).substr(0, 10) + ").",
        { lookAt(nullptr, "See when it ends and who renews it", { "systemctl list-timers --all | grep -iE 'certbot|acme'" }) });
}

}

#include "core/diagnosis/advice/parts.h"

#include "core/discovery/appruntime.h"

namespace hopscope::diagnosis {

namespace {
/// A proxy that outlasts its own caller.
void proxyOutlastsCaller(const AdviceContext& context)
{
    for (const model::Hop& outer : context.topology.hops) {
        const model::Node* between = context.topology.node(outer.to);
        if (!outer.isOnPath || !outer.declared.timeouts.read || !isProxy(between))
            continue;
        for (const model::Hop& inner : context.topology.hops) {
            if (inner.from != outer.to || !inner.isOnPath || !inner.declared.timeouts.read
                || *inner.declared.timeouts.read <= *outer.declared.timeouts.read)
                continue;
            context.add("timeout-order", model::Severity::Warning, inner.from.value(),
                between->label + " waits " + inSeconds(*inner.declared.timeouts.read)
                    + " for what is behind it, but who calls it gives up after " + inSeconds(*outer.declared.timeouts.read)
                    + ": a slow answer is lost without a trace in its log.");
        }
    }
}

/// An app that goes on with a request that its proxy has given up keeps a worker busy for nobody, and its log says nothing.
/// Only where the app's limit was set by somebody: without one most apps go on for ever, and that is how they are made.
void appOutlastsProxy(const AdviceContext& context)
{
    for (const model::Hop& hop : context.topology.hops) {
        const model::Node* caller = context.topology.node(hop.from);
        const model::Node* app = context.topology.node(hop.to);
        if (!hop.isOnPath || !hop.declared.timeouts.read || !isProxy(caller) || !app || app->kind != model::NodeKind::App
            || !app->host || !context.facts.hosts.contains(*app->host))
            continue;
        const model::HostFacts& host = context.facts.hosts.at(*app->host);
        const discovery::AppRuntime runtime = discovery::appRuntime(discovery::HostIndex(host), *app);
        const base::Milliseconds patience = *hop.declared.timeouts.read;
        if (!runtime.requestLimit || patience.count() <= 0 || *runtime.requestLimit <= patience)
            continue;
        const std::string place = hop.declared.place.text();
        model::Remediation remedy = changeOf(&host,
            "Set the app's limit below the proxy's, or raise the proxy's" + (place.empty() ? std::string() : " near " + place),
            {}, {});
        remedy.why = "The limit nearest the work should end it: then the app's log names the request, and its worker is free.";
        context.add("timeout-order", model::Severity::Warning, app->id.value(),
            app->label + " lets a request run for " + inSeconds(*runtime.requestLimit) + " (" + runtime.requestLimitSetting
                + "), but " + caller->label + " gives up after " + inSeconds(patience)
                + ": a slow request fails there while its worker goes on for nobody.",
            { remedy });
    }
}
}

void adviseOnTimeouts(const AdviceContext& context)
{
    proxyOutlastsCaller(context);
    appOutlastsProxy(context);
}

}

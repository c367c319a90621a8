#include "core/diagnosis/advice/parts.h"

#include "core/base/text.h"

#include "core/parse/cluster/lookup.h"

#include <set>

namespace hopscope::diagnosis {

namespace {
namespace cluster = model::cluster;

std::string kindWord(const cluster::Workload& workload) { return base::lowered(workload.kind); }

model::Remediation editOf(const faults::ClusterView& view, const std::string& title, const cluster::Workload& workload, std::string lines)
{
    return changeOf(view.vantage, title,
        { view.kubectl({ "edit", kindWord(workload), workload.meta.name, "-n", workload.meta.space }) }, std::move(lines));
}

void adviseOnWorkload(const AdviceContext& context, const faults::ClusterView& view, const cluster::Workload& workload, const std::string& node)
{
    const std::string name = kindWord(workload) + " " + faults::named(workload.meta);
    if (workload.wanted == 1 && (workload.kind == "Deployment" || workload.kind == "StatefulSet"))
        context.add("one-replica", model::Severity::Note, node,
            name + " has one replica: a crash or a move of its pod is an outage for as long as the next one takes to start.",
            { changeOf(view.vantage, "Run a second one, if the app allows it",
                { view.kubectl({ "scale", kindWord(workload), workload.meta.name, "-n", workload.meta.space, "--replicas=2" }) },
                "two pods are Ready") });
    const cluster::Container* app = view.container;
    if (!app || app->isInit || !parse::cluster::meshOf(*app).empty())
        return;
    const std::string port = view.port ? parse::cluster::targetPort(*view.port, *view.pod) ? std::to_string(parse::cluster::targetPort(*view.port, *view.pod)) : "PORT" : "PORT";
    if (!app->readiness)
        context.add("no-readiness-probe", model::Severity::Warning, node,
            "Container " + app->name + " of " + name
                + " has no readiness probe: its pods get requests before the app listens, at every start and rollout.",
            { editOf(view, "Let Kubernetes wait until the app answers", workload,
                "under the container: readinessProbe: {httpGet: {path: /, port: " + port + "}}") });
    if (!app->liveness)
        context.add("no-liveness-probe", model::Severity::Note, node,
            "Container " + app->name + " of " + name + " has no liveness probe: if the app hangs, nobody restarts it.",
            { editOf(view, "Let Kubernetes restart an app that hangs", workload,
                "under the container: livenessProbe: {tcpSocket: {port: " + port + "}, periodSeconds: 10, failureThreshold: 6}") });
}
}

/// Of the workloads that serve the request.
void adviseOnClusters(const AdviceContext& context)
{
    std::set<std::string> told;
    for (const Judgement& judgement : context.judgements) {
        const auto& view = judgement.view.cluster;
        if (!judgement.view.hop->isOnPath || !view || !view->pod || view->isIntoSidecar || view->isIntoService
            || !judgement.view.callee || judgement.view.callee->kind != model::NodeKind::App)
            continue;
        const cluster::Workload* workload = parse::cluster::workloadOf(*view->cluster, *view->pod);
        if (workload && told.insert(workload->kind + "/" + faults::named(workload->meta)).second)
            adviseOnWorkload(context, *view, *workload, judgement.view.hop->to.value());
    }
}

}

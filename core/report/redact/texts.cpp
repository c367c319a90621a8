#include "core/report/redact/texts.h"

namespace hopscope::report {
namespace {

    class Rewriter {
    public:
        explicit Rewriter(const TextRewriter& rewrite)
            : m_rewrite(rewrite)
        {
        }

        void all(model::Diagnosis& diagnosis)
        {
            // Hosts first: their masks get the low numbers.
            text(diagnosis.url, TextKind::Url);
            for (model::HostReport& host : diagnosis.hosts)
                apply(host);
            text(diagnosis.profile);
            apply(diagnosis.request);
            apply(diagnosis.topology);
            if (diagnosis.finding)
                apply(*diagnosis.finding);
            text(diagnosis.unknownReason);
            each(diagnosis.alternatives);
            each(diagnosis.advice);
            each(diagnosis.incomplete);
        }

        void apply(model::Topology& topology)
        {
            each(topology.nodes);
            each(topology.hops);
        }

    private:
        void text(std::string& value, TextKind kind = TextKind::Free) { value = m_rewrite(kind, value); }
        void text(std::vector<std::string>& values)
        {
            for (std::string& value : values)
                text(value);
        }
        void text(std::optional<std::string>& value)
        {
            if (value)
                text(*value);
        }
        template <class Tag> void id(base::Id<Tag>& value, TextKind kind = TextKind::Free)
        {
            value = base::Id<Tag>(m_rewrite(kind, value.value()));
        }
        void hostName(base::HostId& value) { id(value, TextKind::HostName); }
        void hostName(std::optional<base::HostId>& value)
        {
            if (value)
                id(*value, TextKind::HostName);
        }
        template <class Range> void each(Range& range)
        {
            for (auto& value : range)
                apply(value);
        }

        void apply(model::RequestResult& request)
        {
            text(request.error);
        }

        void apply(base::Error& error)
        {
            text(error.subject);
            text(error.detail);
            text(error.advice);
        }

        void apply(model::HostReport& host)
        {
            hostName(host.name);
            if (host.error)
                apply(*host.error);
            text(host.os);
            text(host.resources.diskMount);
            text(host.resources.inodesMount);
        }

        void apply(model::Node& node)
        {
            hostName(node.host);
            text(node.user, TextKind::UserName);
            id(node.id);
            text(node.address);
            text(node.label);
            text(node.unit);
            text(node.container);
            text(node.object);
            text(node.workingDirectory);
            text(node.note);
            for (model::OwnAnswer& answer : node.ownAnswers) {
                text(answer.place.file);
                text(answer.rule);
                text(answer.flagFile);
            }
        }

        void apply(model::Endpoint& endpoint)
        {
            text(endpoint.host, TextKind::TargetName);
            text(endpoint.path);
        }

        void apply(model::Hop& hop)
        {
            apply(hop.declared);
            id(hop.id);
            id(hop.from);
            id(hop.to);
            text(hop.group);
            if (hop.reported)
                apply(*hop.reported);
            each(hop.listening);
        }

        void apply(model::Declared& declared)
        {
            apply(declared.endpoint);
            text(declared.place.file);
            text(declared.name);
            // May be a variable of the proxy's ("$host"), so not a name by itself.
            text(declared.requestHost);
            text(declared.requestPath, TextKind::Url);
            text(declared.serverName, TextKind::TargetName);
            text(declared.verifiedName, TextKind::TargetName);
            text(declared.trustedCertificates);
            text(declared.clientCertificate);
            text(declared.clientKey);
            for (std::string& server : declared.resolvers)
                text(server);
            text(declared.scriptFile);
            text(declared.callerUser, TextKind::UserName);
            text(declared.healthCheck);
        }

        void apply(model::ServerReport& report)
        {
            text(report.group);
            text(report.server);
            text(report.address);
            text(report.state);
            text(report.detail);
        }

        void apply(model::Listener& listener)
        {
            text(listener.address);
            text(listener.path);
            text(listener.process);
            text(listener.user, TextKind::UserName);
            text(listener.unit);
            text(listener.container);
        }

        void apply(model::Finding& finding)
        {
            id(finding.failingHop);
            text(finding.summary);
            text(finding.firstPlaceToCheck);
            each(finding.evidence);
            each(finding.changes);
            each(finding.remediation);
            each(finding.prevention);
        }

        void apply(model::Evidence& evidence)
        {
            text(evidence.from);
            text(evidence.command);
            text(evidence.observed);
        }

        void apply(model::Change& change)
        {
            hostName(change.host);
            text(change.what);
            text(change.command);
        }

        void apply(model::Remediation& remediation)
        {
            hostName(remediation.host);
            text(remediation.title);
            text(remediation.commands);
            text(remediation.why);
            text(remediation.expect);
            text(remediation.verify);
            text(remediation.undo);
        }

        void apply(model::Alternative& alternative)
        {
            text(alternative.failingHop);
            text(alternative.toTellApart);
        }

        void apply(model::Advice& advice)
        {
            text(advice.node);
            text(advice.summary);
            each(advice.remediation);
        }

        void apply(model::Gap& gap)
        {
            hostName(gap.host);
            text(gap.reason);
        }

        const TextRewriter& m_rewrite;
    };

}

void rewriteTexts(model::Diagnosis& diagnosis, const TextRewriter& rewrite) { Rewriter(rewrite).all(diagnosis); }

void rewriteTexts(model::Topology& topology, const TextRewriter& rewrite) { Rewriter(rewrite).apply(topology); }

void rewriteTexts(std::vector<model::ConfigWarning>& warnings, const TextRewriter& rewrite)
{
    for (model::ConfigWarning& warning : warnings) {
        warning.place.file = rewrite(TextKind::Free, warning.place.file);
        warning.message = rewrite(TextKind::Free, warning.message);
    }
}

}

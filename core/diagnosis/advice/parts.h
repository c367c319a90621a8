#pragma once

#include "core/diagnosis/judgement.h"
#include "core/model/diagnosis.h"

#include <string>
#include <vector>

namespace hopscope::diagnosis {

/// What advice is drawn from, and where it goes.
struct AdviceContext {
    const model::Capture& capture;
    const model::Facts& facts;
    const model::Topology& topology;
    const std::vector<Judgement>& judgements;
    std::vector<model::Advice>& advice;

    void add(const char* id, model::Severity severity, const std::string& node, std::string summary,
        std::vector<model::Remediation> remediation = {}) const;
};

// One family of weaknesses each.
void adviseOnCertificates(const AdviceContext& context);
void adviseOnTimeouts(const AdviceContext& context);
void adviseOnIdleConnections(const AdviceContext& context);
void adviseOnAddresses(const AdviceContext& context);
void adviseOnBalancing(const AdviceContext& context);
void adviseOnConfigurations(const AdviceContext& context);
void adviseOnCapacity(const AdviceContext& context);
void adviseOnDatabases(const AdviceContext& context);
void adviseOnUnits(const AdviceContext& context);
void adviseOnClusters(const AdviceContext& context);

/// A look at something. `host` may be null: this machine.
model::Remediation lookAt(const model::HostFacts* host, std::string title, std::vector<std::string> commands);
/// A change of something; `expect` is what shows that it worked.
model::Remediation changeOf(
    const model::HostFacts* host, std::string title, std::vector<std::string> commands, std::string expect);
/// The first node on a host; the host's own name where it has none.
std::string nodeOn(const model::Topology& topology, const base::HostId& host);
/// "30 s", "1500 ms".
std::string inSeconds(base::Milliseconds time);

}

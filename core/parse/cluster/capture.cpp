#include "core/parse/cluster/capture.h"

#include "core/parse/cluster/objects.h"
#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::parse {

namespace {
void readSettings(const Section& section, model::cluster::Cluster& cluster)
{
    for (const Line& line : section.lines) {
        if (const auto value = valueOf(line.text, "command"))
            cluster.command = textOf(*value);
        else if (const auto file = valueOf(line.text, "kubeconfig"))
            cluster.kubeconfig = textOf(*file);
        else if (const auto version = valueOf(line.text, "version"))
            cluster.version = textOf(*version);
        else if (const auto server = valueOf(line.text, "server"))
            cluster.server = textOf(*server);
        else if (const auto context = valueOf(line.text, "context"))
            cluster.context = textOf(*context);
        else if (const auto space = valueOf(line.text, "namespace"))
            cluster.space = textOf(*space);
    }
}

/// The list, wherever kubectl's own warnings stand before it.
void readList(const Section& section, model::cluster::Cluster& cluster)
{
    for (const Line& line : section.lines) {
        if (!line.text.starts_with('{'))
            continue;
        const ConfigDocuments read = parseJson({}, line.text);
        for (const ConfigTree& document : read.documents)
            addObject(cluster, document, { {}, line.number, {} });
    }
}

std::string firstWords(const Section& section)
{
    for (const Line& line : section.lines)
        if (!trimmed(line.text).empty())
            return textOf(trimmed(line.text).substr(0, 240));
    return {};
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ",") + word;
    return text;
}

/// Kinds of an API group of their own need it in the grant's words.
std::string resourceName(const std::string& kind)
{
    for (const char* group : { "virtualservices", "destinationrules", "serviceentries" })
        if (kind == group)
            return kind + ".networking.istio.io";
    for (const char* group : { "peerauthentications", "authorizationpolicies" })
        if (kind == group)
            return kind + ".security.istio.io";
    if (kind == "httproutes" || kind == "grpcroutes" || kind == "gateways")
        return kind + ".gateway.networking.k8s.io";
    return kind;
}
}

ClusterReading parseCluster(std::string_view output, const std::string& user)
{
    ClusterReading result;
    model::cluster::Cluster& cluster = result.cluster;
    std::vector<std::string> denied;
    std::vector<std::string> onlyOwn;
    std::string words;
    for (const Section& section : sectionsOf(output)) {
        std::string_view rest = section.title;
        const std::string_view what = takeWord(rest);
        const std::string kind = textOf(takeWord(rest));
        if (what == "kubectl") {
            readSettings(section, cluster);
        } else if (what == "list") {
            cluster.read.insert(kind);
            readList(section, cluster);
        } else if (what == "absent") {
            cluster.read.insert(kind);
        } else if (what == "only") {
            onlyOwn.push_back(kind);
        } else if (what == "cut") {
            result.gaps.push_back("more than 3000 " + kind + ": the rest was not read");
        } else if (what == "denied") {
            denied.push_back(resourceName(kind));
            words = firstWords(section);
        } else if (what == "failed") {
            result.gaps.push_back("the cluster's " + kind + " could not be listed: " + firstWords(section));
        }
    }
    const std::string who = user.empty() ? "this user" : user;
    if (!denied.empty())
        result.gaps.push_back("kubectl may not list " + joined(denied) + " (" + words
            + "); allow it: kubectl create clusterrole hopscope --verb=get,list --resource=" + joined(denied)
            + ", and a clusterrolebinding of it to the user that kubectl is for " + who);
    if (onlyOwn.empty())
        cluster.space.clear();
    else
        result.gaps.push_back("only namespace " + cluster.space + " of the cluster may be listed (" + joined(onlyOwn)
            + "); allow get and list of them in all namespaces with a clusterrole and clusterrolebinding");
    return result;
}

}

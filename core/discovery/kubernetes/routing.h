#pragma once

#include "core/discovery/request.h"
#include "core/model/cluster.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery::kubernetes {

/// How well a rule's names fit the request's; below 0: not at all. An exact one wins over "*.shop.example", that over none.
int nameFit(const std::vector<std::string>& names, std::string_view host);
/// How well the rule's paths fit; below 0: not at all. Exact wins, then the longest.
int pathFit(const model::cluster::RouteRule& rule, const Request& request);

/// A rule with the route that it stands in.
struct ChosenRule {
    const model::cluster::Route* route = nullptr;
    const model::cluster::RouteRule* rule = nullptr;
    int name = -1; ///< how well the name fits
};

/// The rule that takes this request among the routes of one controller or gateway; null where none does.
ChosenRule chooseRule(const std::vector<const model::cluster::Route*>& routes, const Request& request);

/// The class that an Ingress belongs to: its own, or the cluster's default.
std::string classOf(const model::cluster::Cluster& cluster, const model::cluster::Route& route);
/// Who does the work of an ingress class ("k8s.io/ingress-nginx") or gateway class: a software id.
std::string controllerSoftware(const model::cluster::Cluster& cluster, const std::string& ingressClass);
/// A load balancer of the cloud, outside the cluster: "alb", "gce".
bool isCloudClass(std::string_view software);

}

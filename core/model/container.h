#pragma once

#include "core/base/ids.h"
#include "core/base/time.h"
#include "core/model/source.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hopscope::model {

/// One container, as its engine describes it. Of its environment only the names are kept.
struct Container {
    std::string id;
    std::string name;
    std::string image;
    std::string engine; ///< docker, podman
    std::string state;  ///< created, running, paused, restarting, exited, dead
    std::string health; ///< healthy, unhealthy, starting; empty where it has no health check
    int failingStreak = 0;   ///< health checks that failed one after the other
    std::string healthLog;   ///< what the last failed check printed
    std::optional<int> exitCode; ///< of the last run; empty while it runs
    std::string error;       ///< the engine's own words where it could not start
    bool isOomKilled = false;
    int restarts = 0;
    std::string restartPolicy; ///< no, always, unless-stopped, on-failure
    std::optional<int> pid;
    std::string command;     ///< entry point and arguments; secrets masked
    std::string user;
    std::string workingDirectory;
    std::string networkMode; ///< bridge, host, none, "container:ID", or a network's name
    std::map<std::string, std::string> networks; ///< network name to address; empty text where it runs no more
    std::map<std::string, std::vector<std::string>> aliases; ///< network name to the further names it has there
    struct PublishedPort {
        std::string hostAddress; ///< may be empty: any
        base::Port hostPort = 0;
        base::Port containerPort = 0;
        bool operator==(const PublishedPort&) const = default;
    };
    std::vector<PublishedPort> ports; ///< TCP; as configured where it does not run
    std::vector<base::Port> exposed;  ///< TCP ports that the image or its start names, published or not
    struct Mount {
        std::string source; ///< on the host
        std::string destination;
        bool isReadOnly = false;
        bool operator==(const Mount&) const = default;
    };
    std::vector<Mount> mounts;
    std::vector<std::string> environment; ///< names only
    std::vector<std::string> extraHosts;  ///< "host.docker.internal:host-gateway"
    std::string logDriver;
    std::map<std::string, std::string> labels;
    std::optional<std::uint64_t> memoryMaxBytes;
    std::optional<base::TimePoint> createdAt;
    std::optional<base::TimePoint> imageCreatedAt;
    std::optional<base::TimePoint> startedAt;
    std::optional<base::TimePoint> finishedAt;
    Source source;

    bool operator==(const Container&) const = default;
};

/// A network of a container engine.
struct ContainerNetwork {
    std::string name;
    std::string engine;
    std::string driver; ///< bridge, host, null, overlay, macvlan …
    bool isInternal = false; ///< without a way out
    std::vector<std::string> subnets;
    std::vector<std::string> gateways;
    Source source;

    bool operator==(const ContainerNetwork&) const = default;
};

}

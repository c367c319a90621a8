#pragma once

#include "core/model/topology.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hopscope::parse {

/// One service of a compose project, as far as it says who talks to whom.
struct ComposeService {
    std::string name;
    std::string image;
    std::string containerName;
    std::string buildContext; ///< of a service that is built here; relative to its file
    std::string dockerfile = "Dockerfile"; ///< in that folder
    std::map<std::string, std::string> buildArguments;
    std::string command; ///< its entrypoint where it has no command
    std::string networkMode;  ///< "host", "none", "service:NAME"
    struct Port {
        std::string hostAddress;
        base::Port hostPort = 0; ///< 0: the engine chooses one
        base::Port containerPort = 0;
        bool isUdp = false;
        model::FilePlace place;
        bool operator==(const Port&) const = default;
    };
    std::vector<Port> ports;
    std::vector<base::Port> expose;
    std::map<std::string, std::vector<std::string>> networks; ///< to its aliases there; none named: the project's default
    struct Dependency {
        std::string service;
        model::FilePlace place;
        bool operator==(const Dependency&) const = default;
    };
    std::vector<Dependency> dependsOn; ///< and links
    std::map<std::string, std::string> links; ///< the names that it alone calls other services by: "db:mysql"
    struct Volume {
        std::string source; ///< a path relative to the file, or absolute; a named volume has no '/'
        std::string destination;
        bool operator==(const Volume&) const = default;
    };
    std::vector<Volume> volumes;
    /// A file whose text stands in the project's own file.
    struct InlineFile {
        std::string destination;
        std::string text;
        model::FilePlace place; ///< of the line before its first one
        bool operator==(const InlineFile&) const = default;
    };
    std::vector<InlineFile> inlineFiles;
    struct Variable {
        std::string name;
        std::string value; ///< of what may be a secret only the addresses of urls
        model::FilePlace place;
        bool operator==(const Variable&) const = default;
    };
    std::vector<Variable> environment;
    std::vector<std::pair<std::string, std::string>> labels;
    std::vector<std::string> profiles;
    bool hasHealthCheck = false;
    model::FilePlace place;

    bool operator==(const ComposeService&) const = default;
};

struct ComposeProject {
    std::string folder; ///< of its main file
    std::vector<ComposeService> services; ///< in the file's order
    std::vector<model::ConfigWarning> warnings;
};

struct ComposeText {
    std::string path;
    std::string text;
};

/// Whether a file of this name and text is a compose file.
bool isComposeFile(std::string_view path, std::string_view text);

/// The projects that these files make: each folder with a main file (compose.yaml, docker-compose.yml …), its override
/// file, its .env and the files that it extends or includes. Variables are filled in as compose does; one that is not set
/// is empty, with a warning. Total: what can't be read is a warning with its line.
std::vector<ComposeProject> parseComposeProjects(const std::vector<ComposeText>& files);

}

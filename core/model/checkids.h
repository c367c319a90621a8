#pragma once

/// The ids of all checks: CheckResult::check, and Gap::check. One place, because the planner (core/probe), the parsers
/// (core/parse) and the diagnosis must mean the same thing.
namespace hopscope::model::checkid {

// Wave one, once a host. `subject` is empty.
inline constexpr const char* identity = "identity";       ///< who and what the host is; its clock
inline constexpr const char* network = "network";         ///< interface addresses and routes
inline constexpr const char* names = "names";             ///< hosts file, resolvers, nsswitch
inline constexpr const char* listeners = "listeners";     ///< sockets that listen, with their processes
inline constexpr const char* connections = "connections"; ///< connections that are open or opening
inline constexpr const char* processes = "processes";
inline constexpr const char* units = "units";             ///< systemd (or OpenRC) services and sockets
inline constexpr const char* journal = "journal";         ///< warnings, unit starts and stops
inline constexpr const char* kernelLog = "kernel-log";    ///< OOM kills, drops, full tables
inline constexpr const char* resources = "resources";     ///< load, memory, descriptors, counters
inline constexpr const char* fileSystems = "file-systems";
inline constexpr const char* firewall = "firewall";
inline constexpr const char* neighbours = "neighbours";
inline constexpr const char* nginxConfig = "nginx-config";
inline constexpr const char* apacheConfig = "apache-config";
inline constexpr const char* haproxyConfig = "haproxy-config";
inline constexpr const char* haproxyStatus = "haproxy-status"; ///< its admin socket: servers and their health
inline constexpr const char* caddyConfig = "caddy-config";     ///< its files and its admin interface
inline constexpr const char* traefikConfig = "traefik-config"; ///< its files, options and API
inline constexpr const char* envoyConfig = "envoy-config";     ///< its files and its admin interface
inline constexpr const char* phpFpmConfig = "php-fpm-config";
inline constexpr const char* containers = "containers";
inline constexpr const char* kubernetes = "kubernetes"; ///< a cluster's objects, by kubectl
inline constexpr const char* appSettings = "app-settings"; ///< where apps connect and how they run, less their secrets
inline constexpr const char* runtimes = "runtimes";       ///< versions of programs; memory of Java machines
inline constexpr const char* changes = "changes";         ///< packages, edited configuration
inline constexpr const char* cpuGroups = "cpu-groups";    ///< limits of the processor and whom they hold back; again in wave two
inline constexpr const char* cpuSample = "cpu-sample";    ///< /proc/stat twice, where the load is high and somebody was kept waiting

// Wave two.
inline constexpr const char* hopCaller = "hop-caller";     ///< subject: hop id. From the caller's seat
inline constexpr const char* hopCallee = "hop-callee";     ///< subject: hop id. On the callee's host, the caller's target
inline constexpr const char* hopLoopback = "hop-loopback"; ///< subject: hop id. On the callee's host, its own address
inline constexpr const char* hopRoute = "hop-route";       ///< subject: hop id. The caller's route and neighbour entry
inline constexpr const char* socketStatus = "socket-status"; ///< subject: path. A unix socket and its directories
inline constexpr const char* listenerQueue = "listener-queue"; ///< subject: hop id. Accept queue and connection states
inline constexpr const char* unitState = "unit-state";     ///< subject: unit
inline constexpr const char* unitLog = "unit-log";         ///< subject: unit
inline constexpr const char* proxyErrorLog = "proxy-error-log";   ///< subject: path
inline constexpr const char* proxyAccessLog = "proxy-access-log"; ///< subject: path; failed requests only
inline constexpr const char* appLog = "app-log";           ///< subject: path. A log file of the callee
inline constexpr const char* processLog = "process-log";   ///< subject: pid. The files that its output goes to
inline constexpr const char* containerLog = "container-log"; ///< subject: container name
inline constexpr const char* clusterLog = "cluster-log"; ///< subject: NAMESPACE/POD/CONTAINER, with "/previous" of the run before
inline constexpr const char* appChanges = "app-changes";   ///< subject: directory. What changed in it of late

}

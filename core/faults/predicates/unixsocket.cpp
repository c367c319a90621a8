// A unix socket that is there but cannot be used.
#include "core/faults/predicates/unixsocket.h"

#include "core/faults/predicates/common.h"

#include <cstdio>

namespace hopscope::faults {

namespace {
std::string modeText(unsigned mode)
{
    char text[8];
    std::snprintf(text, sizeof text, "%04o", mode & 07777U);
    return text;
}

/// The user that the caller's workers run as: declared, or seen among the caller's processes.
std::string callerUser(const HopView& view)
{
    if (!view.hop->declared.callerUser.empty())
        return view.hop->declared.callerUser;
    return view.caller ? view.caller->user : std::string();
}

/// Whether "others" alone could pass, which is all we know without group memberships.
bool isOpenTo(
    const std::string& user, unsigned mode, const std::string& owner, const std::string& group, unsigned bit)
{
    if (user == "root")
        return true;
    if (user == owner)
        return (mode & (bit << 6U)) != 0;
    if (user == group)
        return (mode & (bit << 3U)) != 0;
    return (mode & bit) != 0;
}
}

namespace {
/// The PHP-FPM pool file that makes this socket.
std::string poolFileOf(const HopView& view, const std::string& path)
{
    if (view.calleeHost)
        for (const model::SoftwareConfig& config : view.calleeHost->configs)
            for (const model::ConfigFile& file : config.files)
                if (config.software == "php-fpm" && mentions(file.text, path)
                    && file.text.find("listen") != std::string::npos)
                    return file.path;
    return {};
}
}

Assessment socketPermissions(const HopView& view)
{
    Assessment found("socket-permissions");
    if (!view.isSymptom({ "permission-denied" }) || !view.isUnix())
        return found;
    const std::string& path = view.hop->declared.endpoint.path;
    const std::string user = callerUser(view);
    const std::string who = user.empty() ? "the proxy's user" : user;
    found.values["user"] = user;
    found.values["socket"] = path;
    found.because = who + " may not open " + path;
    found.firstPlace = "namei -l " + path + (view.calleeHost ? " on " + view.calleeHost->host.value() : "");
    if (view.symptom.isProbed && !view.symptom.evidence.empty()) {
        model::Evidence item = view.symptom.evidence.front();
        item.rulesOut = { "service-stopped", "stale-socket" };
        found.supports(0.7, std::move(item));
    } else if (!view.symptom.evidence.empty()) {
        found.supports(0.55, view.symptom.evidence.front());
    }
    if (const model::FileStatus* file = view.socketFile(); file && file->exists) {
        const std::string shown
            = path + ": mode " + modeText(file->mode) + ", owner " + file->owner + ":" + file->group;
        model::Evidence item = view.evidence(view.calleeHost, "socket-status", file->source, shown);
        if (!user.empty() && !isOpenTo(user, file->mode, file->owner, file->group, 2U)) {
            found.supports(0.7, std::move(item));
            found.because = path + " belongs to " + file->owner + ":" + file->group + " with mode "
                + modeText(file->mode) + ", so " + who + " may not open it";
        } else {
            for (const model::FileStatus::Parent& parent : file->parents)
                if (!user.empty() && !isOpenTo(user, parent.mode, parent.owner, parent.group, 1U)) {
                    found.supports(0.7,
                        view.evidence(view.calleeHost, "socket-status", file->source,
                            parent.path + ": mode " + modeText(parent.mode) + ", owner " + parent.owner + ":"
                                + parent.group));
                    found.because = "the folder " + parent.path + " (mode " + modeText(parent.mode)
                        + ", owner " + parent.owner + ") keeps " + who + " from " + path;
                    found.values["path"] = parent.path;
                }
        }
    }
    for (const model::HopProbe* probe : view.loopProbes)
        if (probe->connect == model::ConnectResult::Connected) {
            model::Evidence item = view.evidence(*probe);
            item.rulesOut = { "service-stopped", "stale-socket", "crash-loop" };
            found.supports(0.5, std::move(item));
        }
    if (view.accepting())
        found.supports(0.3, listenerEvidence(view, *view.accepting(), "the app listens on it"));
    const std::string pool = poolFileOf(view, path);
    // Only where the socket's own mode is the reason does its pool's file mend it; never the proxy's file.
    found.values["file"] = found.values.contains("path") ? std::string() : pool;
    fillUnit(found, view);
    found.firstPlace = "namei -l " + path + (view.calleeHost ? " on " + view.calleeHost->host.value() : "");
    return found;
}

namespace {
/// Somebody listens on a path whose file the whole host no longer has: it was deleted under the running program. Not below
/// the temporary folders, which systemd gives to services of their own.
bool isFileGone(const HopView& view)
{
    const std::string& path = view.hop->declared.endpoint.path;
    const model::FileStatus* file = view.socketFile();
    return view.isUnix() && view.accepting() && file && !file->exists && !path.starts_with("/tmp/") && !path.starts_with("/var/tmp/");
}
}

Assessment staleSocket(const HopView& view)
{
    Assessment found("stale-socket");
    if (view.isSymptom({ "socket-missing" }) && isFileGone(view)) {
        const std::string& gone = view.hop->declared.endpoint.path;
        model::Evidence item = listenerEvidence(view, *view.accepting(), "it listens still, and the file " + gone + " is gone");
        item.rulesOut = { "service-stopped", "crash-loop", "service-failed-to-start", "wrong-address", "process-crashed", "app-misconfigured" };
        found.supports(0.88, std::move(item));
        fillUnit(found, view);
        found.values["socket"] = gone;
        found.because = "something deleted the file of the socket " + gone + " while " + calleeName(view)
            + " listens on it; a restart makes it anew";
        found.firstPlace = "ls -l " + gone + " on " + view.calleeHost->host.value();
        return found;
    }
    if (!view.isUnix() || !view.isSymptom({ "connection-refused" }) || view.accepting())
        return found;
    const std::string& path = view.hop->declared.endpoint.path;
    found.values["socket"] = path;
    found.because = "the socket file " + path + " is left over: nobody listens on it";
    found.firstPlace
        = "ss -lxp | grep " + path + (view.calleeHost ? " on " + view.calleeHost->host.value() : "");
    if (view.knowsListeners())
        found.supports(0.4, portEvidence(view));
    if (const model::FileStatus* file = view.socketFile(); file && file->exists)
        found.supports(0.25,
            view.evidence(view.calleeHost, "socket-status", file->source,
                path + " exists, mode " + modeText(file->mode)));
    // Where the service runs all the same, it listens elsewhere and the file is what misleads.
    if (view.unit && isUp(*view.unit) && view.unitCertainty >= 0.6)
        found.supports(0.6 * view.unitCertainty, unitEvidence(view, *view.unit));
    return found;
}

Assessment hiddenSocket(const HopView& view)
{
    Assessment found("app-misconfigured");
    const model::Listener* listener = view.accepting();
    if (!view.isUnix() || !view.isSymptom({ "socket-missing" }) || !listener || !view.symptom.isProbed)
        return found;
    const std::string& path = view.hop->declared.endpoint.path;
    if (isFileGone(view))
        return found;
    model::Evidence item = listenerEvidence(view, *listener, "somebody listens under that name, in a folder that the proxy does not see");
    item.rulesOut = { "service-stopped", "crash-loop", "service-failed-to-start", "wrong-address", "process-crashed", "stale-socket" };
    found.supports(0.85, std::move(item));
    fillUnit(found, view);
    // Only systemd gives services folders of their own under these names.
    const bool isTemporary = path.starts_with("/tmp/") || path.starts_with("/var/tmp/");
    found.values["folder"] = isTemporary ? path.substr(0, path.find('/', 5)) : path.substr(0, path.rfind('/'));
    found.firstPlace = view.unit ? "systemctl show " + view.unit->name + " -p PrivateTmp" + (view.calleeHost ? " on " + view.calleeHost->host.value() : "")
                                 : found.firstPlace;
    found.because = calleeName(view) + " listens on " + path + ", but in a file system of its own"
        + (isTemporary ? " (PrivateTmp=), where " : ", where ") + (view.caller ? view.caller->label : "the proxy")
        + " finds no such socket";
    return found;
}

}

#include "core/faults/predicates/folderconfig.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hopscope::faults {

namespace {
constexpr base::Milliseconds ofThisMinute = std::chrono::seconds(60);

using CommandOf = std::pair<std::string_view, std::string_view>;
// As Apache 2.4's list of directives has them, those that may stand in a .htaccess. Whole names: a misspelt one is of no module.
constexpr std::array moduleOf {
    CommandOf { "rewriteengine", "rewrite" },
    CommandOf { "rewritecond", "rewrite" },
    CommandOf { "rewriterule", "rewrite" },
    CommandOf { "rewritebase", "rewrite" },
    CommandOf { "rewriteoptions", "rewrite" },
    CommandOf { "header", "headers" },
    CommandOf { "requestheader", "headers" },
    CommandOf { "expiresactive", "expires" },
    CommandOf { "expiresbytype", "expires" },
    CommandOf { "expiresdefault", "expires" },
    CommandOf { "addoutputfilterbytype", "filter" },
    CommandOf { "filterdeclare", "filter" },
    CommandOf { "filterprovider", "filter" },
    CommandOf { "filterchain", "filter" },
    CommandOf { "filterprotocol", "filter" },
    CommandOf { "filtertrace", "filter" },
    CommandOf { "deflatebuffersize", "deflate" },
    CommandOf { "deflatecompressionlevel", "deflate" },
    CommandOf { "deflatefilternote", "deflate" },
    CommandOf { "brotlicompressionquality", "brotli" },
    CommandOf { "brotlifilternote", "brotli" },
    CommandOf { "setenvif", "setenvif" },
    CommandOf { "setenvifnocase", "setenvif" },
    CommandOf { "setenvifexpr", "setenvif" },
    CommandOf { "browsermatch", "setenvif" },
    CommandOf { "browsermatchnocase", "setenvif" },
    CommandOf { "setenv", "env" },
    CommandOf { "passenv", "env" },
    CommandOf { "unsetenv", "env" },
    CommandOf { "order", "access_compat" },
    CommandOf { "allow", "access_compat" },
    CommandOf { "deny", "access_compat" },
    CommandOf { "satisfy", "access_compat" },
    CommandOf { "authuserfile", "authn_file" },
    CommandOf { "authgroupfile", "authz_groupfile" },
    CommandOf { "authbasicprovider", "auth_basic" },
    CommandOf { "authbasicauthoritative", "auth_basic" },
    CommandOf { "authdigestprovider", "auth_digest" },
    CommandOf { "authdigestdomain", "auth_digest" },
    CommandOf { "authldapurl", "authnz_ldap" },
    CommandOf { "authtype", "authn_core" },
    CommandOf { "authname", "authn_core" },
    CommandOf { "require", "authz_core" },
    CommandOf { "authmerging", "authz_core" },
    CommandOf { "substitute", "substitute" },
    CommandOf { "directoryindex", "dir" },
    CommandOf { "directoryslash", "dir" },
    CommandOf { "fallbackresource", "dir" },
    CommandOf { "indexoptions", "autoindex" },
    CommandOf { "indexignore", "autoindex" },
    CommandOf { "redirect", "alias" },
    CommandOf { "redirectmatch", "alias" },
    CommandOf { "redirectpermanent", "alias" },
    CommandOf { "redirecttemp", "alias" },
    CommandOf { "checkspelling", "speling" },
    CommandOf { "checkcaseonly", "speling" },
    CommandOf { "action", "actions" },
    CommandOf { "addtype", "mime" },
    CommandOf { "addhandler", "mime" },
    CommandOf { "addcharset", "mime" },
    CommandOf { "addencoding", "mime" },
    CommandOf { "addlanguage", "mime" },
    CommandOf { "session", "session" },
    CommandOf { "sessionenv", "session" },
    CommandOf { "sslrequire", "ssl" },
    CommandOf { "sslrequiressl", "ssl" },
    CommandOf { "ssloptions", "ssl" },
};

bool isAlert(std::string_view text)
{
    const std::size_t at = text.find("alert] ");
    return at != std::string_view::npos && at > 0 && (text[at - 1] == ':' || text[at - 1] == '[');
}

/// `/srv/site/.htaccess: Invalid command 'RewriteEngine', perhaps …` behind Apache's own fields.
std::optional<std::pair<std::string_view, std::string_view>> fileAndWords(std::string_view text)
{
    const std::size_t at = text.find("] /");
    const std::size_t colon = at == std::string_view::npos ? at : text.find(": ", at);
    if (colon == std::string_view::npos)
        return std::nullopt;
    const std::string_view file = text.substr(at + 2, colon - at - 2);
    if (file.find_first_of("'\"\n") != std::string_view::npos || file.ends_with('/'))
        return std::nullopt;
    return std::pair { file, text.substr(colon + 2) };
}
}

std::string_view moduleOfCommand(std::string_view command)
{
    const std::string wanted = base::lowered(command);
    for (const auto& [name, module] : moduleOf)
        if (wanted == name)
            return module;
    return {};
}

std::optional<RefusedFolderConfig> refusedFolderConfig(const HopView& view)
{
    if (!view.callee || view.callee->software != "apache" || !view.calleeHost || !view.isSymptom({ "error-response" }))
        return std::nullopt;
    const model::HopProbe* probe = view.callerProbe();
    if (!probe || probe->status != 500)
        return std::nullopt;
    const auto& logs = view.calleeHost->logs;
    for (auto line = logs.rbegin(); line != logs.rend(); ++line) {
        const std::string& text = line->text;
        const ReadLine read { view.calleeHost->host, &*line, {} };
        if (!isAlert(text) || !view.isFresh(read, ofThisMinute))
            continue;
        const auto parts = fileAndWords(text);
        if (!parts)
            continue;
        RefusedFolderConfig found;
        found.line = read;
        found.file = std::string(parts->first);
        found.complaint = std::string(parts->second.substr(0, 200));
        constexpr std::string_view invalid = "Invalid command '";
        if (found.complaint.starts_with(invalid)) {
            found.command = found.complaint.substr(invalid.size(), found.complaint.find('\'', invalid.size()) - invalid.size());
            found.module = std::string(moduleOfCommand(found.command));
        }
        return found;
    }
    return std::nullopt;
}

}

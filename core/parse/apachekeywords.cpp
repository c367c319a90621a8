#include "core/parse/apachekeywords.h"

#include <algorithm>
#include <array>
#include <vector>

namespace hopscope::parse {

namespace {
/// The directives of Apache 2.4 with all its own modules, as `httpd -L` lists them; sorted.
constexpr auto directives = std::to_array<std::string_view>({
    "acceptfilter", "acceptpathinfo", "accessfilename", "action", "addalt", "addaltbyencoding", "addaltbytype",
    "addcharset", "adddefaultcharset", "adddescription", "addencoding", "addhandler", "addicon", "addiconbyencoding",
    "addiconbytype", "addinputfilter", "addlanguage", "addmoduleinfo", "addoutputfilter", "addoutputfilterbytype",
    "addtype", "alias", "aliasmatch", "aliaspreservepath", "allow", "allowconnect", "allowencodedslashes",
    "allowmethods", "allowoverride", "allowoverridelist", "anonymous", "anonymous_logemail",
    "anonymous_mustgiveemail", "anonymous_nouserid", "anonymous_verifyemail", "asyncrequestworkerfactor",
    "authbasicauthoritative", "authbasicfake", "authbasicprovider", "authbasicusedigestalgorithm",
    "authdbduserpwquery", "authdbduserrealmquery", "authdbmgroupfile", "authdbmtype", "authdbmuserfile",
    "authdigestalgorithm", "authdigestdomain", "authdigestnccheck", "authdigestnoncelifetime", "authdigestprovider",
    "authdigestqop", "authdigestshmemsize", "authformauthoritative", "authformbody", "authformdisablenostore",
    "authformfakebasicauth", "authformlocation", "authformloginrequiredlocation", "authformloginsuccesslocation",
    "authformlogoutlocation", "authformmethod", "authformmimetype", "authformpassword", "authformprovider",
    "authformsitepassphrase", "authformsize", "authformusername", "authgroupfile", "authldapauthorizeprefix",
    "authldapbindauthoritative", "authldapbinddn", "authldapbindpassword", "authldapcharsetconfig",
    "authldapcompareasuser", "authldapcomparednonserver", "authldapdereferencealiases", "authldapgroupattribute",
    "authldapgroupattributeisdn", "authldapinitialbindasuser", "authldapinitialbindpattern",
    "authldapmaxsubgroupdepth", "authldapremoteuserattribute", "authldapremoteuserisdn", "authldapsearchasuser",
    "authldapsubgroupattribute", "authldapsubgroupclass", "authldapurl", "authmerging", "authname",
    "authncachecontext", "authncacheenable", "authncacheprovidefor", "authncachesocache", "authncachetimeout",
    "authnprovideralias", "authnzfcgicheckauthnprovider", "authnzfcgidefineprovider", "authtype", "authuserfile",
    "authzdbdlogintoreferer", "authzdbdquery", "authzdbdredirectquery", "authzdbmtype", "authzprovideralias",
    "authzsendforbiddenonfailure", "balancergrowth", "balancerinherit", "balancermember", "balancerpersist",
    "brotlialteretag", "brotlicompressionmaxinputblock", "brotlicompressionquality", "brotlicompressionwindow",
    "brotlifilternote", "browsermatch", "browsermatchnocase", "bufferedlogs", "buffersize", "cachedefaultexpire",
    "cachedetailheader", "cachedirlength", "cachedirlevels", "cachedisable", "cacheenable", "cachefile",
    "cacheheader", "cacheignorecachecontrol", "cacheignoreheaders", "cacheignorenolastmod", "cacheignorequerystring",
    "cacheignoreurlsessionidentifiers", "cachekeybaseurl", "cachelastmodifiedfactor", "cachelock", "cachelockmaxage",
    "cachelockpath", "cachemaxexpire", "cachemaxfilesize", "cacheminexpire", "cacheminfilesize",
    "cachenegotiateddocs", "cachequickhandler", "cachereadsize", "cachereadtime", "cacheroot", "cachesocache",
    "cachesocachemaxsize", "cachesocachemaxtime", "cachesocachemintime", "cachesocachereadsize",
    "cachesocachereadtime", "cachestaleonerror", "cachestoreexpired", "cachestorenostore", "cachestoreprivate",
    "cgidscripttimeout", "cgipassauth", "cgiscripttimeout", "cgivar", "charsetdefault", "charsetoptions",
    "charsetsourceenc", "checkbasenamematch", "checkcaseonly", "checkspelling", "chrootdir", "contentdigest",
    "cookiedomain", "cookieexpires", "cookiehttponly", "cookiename", "cookiesamesite", "cookiesecure", "cookiestyle",
    "cookietracking", "coredumpdirectory", "customlog", "dav", "davbasepath", "davdepthinfinity", "davgenericlockdb",
    "davlockdb", "davlockdiscovery", "davmintimeout", "dbdexptime", "dbdinitsql", "dbdkeep", "dbdmax", "dbdmin",
    "dbdparams", "dbdpersist", "dbdpreparesql", "dbdriver", "defaulticon", "defaultlanguage", "defaultruntimedir",
    "defaulttype", "define", "deflatealteretag", "deflatebuffersize", "deflatecompressionlevel", "deflatefilternote",
    "deflateinflatelimitrequestbody", "deflateinflateratioburst", "deflateinflateratiolimit", "deflatememlevel",
    "deflatewindowsize", "deny", "directory", "directorycheckhandler", "directoryindex", "directoryindexredirect",
    "directorymatch", "directoryslash", "documentroot", "dumpioinput", "dumpiooutput", "else", "elseif", "enablemmap",
    "enablesendfile", "error", "errordocument", "errorlog", "errorlogformat", "expiresactive", "expiresbytype",
    "expiresdefault", "extendedstatus", "extfilterdefine", "extfilteroptions", "fallbackresource", "fancyindexing",
    "fileetag", "files", "filesmatch", "filterchain", "filterdeclare", "filterprotocol", "filterprovider",
    "filtertrace", "flushmaxpipelined", "flushmaxthreshold", "forcelanguagepriority", "forcetype", "forensiclog",
    "globallog", "gracefulshutdowntimeout", "group", "h2copyfiles", "h2direct", "h2earlyhint", "h2earlyhints",
    "h2maxdataframelen", "h2maxheaderblocklen", "h2maxsessionstreams", "h2maxstreamerrors", "h2maxworkeridleseconds",
    "h2maxworkers", "h2minworkers", "h2moderntlsonly", "h2outputbuffering", "h2padding", "h2proxyrequests", "h2push",
    "h2pushdiarysize", "h2pushpriority", "h2pushresource", "h2serializeheaders", "h2sessionextrafiles",
    "h2streammaxmemsize", "h2streamtimeout", "h2tlscooldownsecs", "h2tlswarmupsize", "h2upgrade", "h2websockets",
    "h2windowsize", "header", "headername", "heartbeataddress", "heartbeatlisten", "heartbeatmaxservers",
    "heartbeatstorage", "hostnamelookups", "httpprotocoloptions", "identitycheck", "identitychecktimeout", "if",
    "ifdefine", "ifdirective", "iffile", "ifmodule", "ifsection", "ifversion", "imapbase", "imapdefault", "imapmenu",
    "include", "includeoptional", "indexheadinsert", "indexignore", "indexignorereset", "indexoptions",
    "indexorderdefault", "indexstylesheet", "inputsed", "keepalive", "keepalivetimeout", "keptbodysize",
    "languagepriority", "ldapcacheentries", "ldapcachettl", "ldapconnectionpoolttl", "ldapconnectiontimeout",
    "ldaplibrarydebug", "ldapopcacheentries", "ldapopcachettl", "ldapreferralhoplimit", "ldapreferrals",
    "ldapretries", "ldapretrydelay", "ldapsharedcachefile", "ldapsharedcachesize", "ldaptimeout",
    "ldaptrustedclientcert", "ldaptrustedglobalcert", "ldaptrustedmode", "ldapverifyservercert", "limit",
    "limitexcept", "limitinternalrecursion", "limitrequestbody", "limitrequestfields", "limitrequestfieldsize",
    "limitrequestline", "limitxmlrequestbody", "listen", "listenbacklog", "listencoresbucketsratio",
    "listentcpdeferaccept", "loadfile", "loadmodule", "location", "locationmatch", "logformat", "logiotrackttfb",
    "loglevel", "logmessage", "lua_____bytecodehack", "luaauthzprovider", "luacodecache", "luahookaccesschecker",
    "luahookauthchecker", "luahookcheckuserid", "luahookfixups", "luahookinsertfilter", "luahooklog",
    "luahookmaptostorage", "luahookpretranslatename", "luahooktranslatename", "luahooktypechecker", "luainherit",
    "luainputfilter", "luamaphandler", "luaoutputfilter", "luapackagecpath", "luapackagepath", "luaquickhandler",
    "luaroot", "luascope", "macro", "macroignorebadnesting", "macroignoreemptyargs", "maxclients",
    "maxconnectionsperchild", "maxkeepaliverequests", "maxmemfree", "maxrangeoverlaps", "maxrangereversals",
    "maxranges", "maxrequestsperchild", "maxrequestworkers", "maxsparethreads", "mdactivationdelay", "mdbaseserver",
    "mdcacertificatefile", "mdcachallenges", "mdcertificateagreement", "mdcertificateauthority", "mdcertificatecheck",
    "mdcertificatefile", "mdcertificatekeyfile", "mdcertificateprotocol", "mdcertificatestatus", "mdchallengedns01",
    "mdchallengedns01version", "mdcheckinterval", "mdcontactemail", "mddrivemode", "mdexternalaccountbinding",
    "mdhttpproxy", "mdhttpproxycacertificatefile", "mdinitialdelay", "mdmatchnames", "mdmember", "mdmembers",
    "mdmessagecmd", "mdmuststaple", "mdnotifycmd", "mdomain", "mdomainset", "mdportmap", "mdprivatekeys", "mdprofile",
    "mdprofilemandatory", "mdrenewmode", "mdrenewviaari", "mdrenewwindow", "mdrequirehttps", "mdretrydelay",
    "mdretryfailover", "mdserverstatus", "mdstapleothers", "mdstapling", "mdstaplingkeepresponse",
    "mdstaplingrenewwindow", "mdstoredir", "mdstorelocks", "mdwarnwindow", "memcacheconnttl", "mergeslashes",
    "mergetrailers", "metadir", "metafiles", "metasuffix", "mimemagicfile", "minsparethreads", "mmapfile",
    "modemstandard", "modmimeusepathinfo", "multiviewsmatch", "mutex", "namevirtualhost", "noproxy", "options",
    "order", "outputsed", "passenv", "php_admin_flag", "php_admin_value", "php_flag", "php_value", "pidfile", "port",
    "protocol", "protocolecho", "protocols", "protocolshonororder", "proxy", "proxy100continue", "proxyaddheaders",
    "proxybadheader", "proxyblock", "proxydomain", "proxyerroroverride", "proxyexpressdbmfile", "proxyexpressdbmtype",
    "proxyexpressenable", "proxyfcgibackendtype", "proxyfcgisetenvif", "proxyftpdircharset",
    "proxyftpescapewildcards", "proxyftplistonwildcard", "proxyhcexpr", "proxyhctemplate", "proxyhctpsize",
    "proxyhtmlbufsize", "proxyhtmlcharsetout", "proxyhtmldoctype", "proxyhtmlenable", "proxyhtmlevents",
    "proxyhtmlextended", "proxyhtmlfixups", "proxyhtmlinterp", "proxyhtmllinks", "proxyhtmlmeta",
    "proxyhtmlstripcomments", "proxyhtmlurlmap", "proxyiobuffersize", "proxymatch", "proxymaxforwards", "proxypass",
    "proxypassinherit", "proxypassinterpolateenv", "proxypassmatch", "proxypassreverse",
    "proxypassreversecookiedomain", "proxypassreversecookiepath", "proxypreservehost", "proxyreceivebuffersize",
    "proxyremote", "proxyremotematch", "proxyrequests", "proxyscgiinternalredirect", "proxyscgisendfile", "proxyset",
    "proxysourceaddress", "proxystatus", "proxytimeout", "proxyvia", "proxywebsocketfallbacktoproxyhttp",
    "qualifyredirecturl", "readbuffersize", "readmename", "receivebuffersize", "redirect", "redirectmatch",
    "redirectpermanent", "redirectrelative", "redirecttemp", "redisconnpoolttl", "redistimeout", "reflectorheader",
    "regexdefaultoptions", "registerhttpmethod", "remoteipheader", "remoteipinternalproxy",
    "remoteipinternalproxylist", "remoteipproxiesheader", "remoteipproxyprotocol", "remoteipproxyprotocolexceptions",
    "remoteiptrustedproxy", "remoteiptrustedproxylist", "removecharset", "removeencoding", "removehandler",
    "removeinputfilter", "removelanguage", "removeoutputfilter", "removetype", "requestheader", "requestreadtimeout",
    "require", "requireall", "requireany", "requirenone", "rewritebase", "rewritecond", "rewriteengine", "rewritemap",
    "rewriteoptions", "rewriterule", "rlimitcpu", "rlimitmem", "rlimitnproc", "satisfy", "scoreboardfile", "script",
    "scriptalias", "scriptaliasmatch", "scriptlog", "scriptlogbuffer", "scriptloglength", "scriptsock",
    "seerequesttail", "sendbuffersize", "serveradmin", "serveralias", "serverlimit", "servername", "serverpath",
    "serverroot", "serversignature", "servertokens", "session", "sessioncookiename", "sessioncookiename2",
    "sessioncookieremove", "sessioncryptocipher", "sessioncryptodriver", "sessioncryptopassphrase",
    "sessioncryptopassphrasefile", "sessionenv", "sessionexclude", "sessionexpiryupdateinterval", "sessionheader",
    "sessioninclude", "sessionmaxage", "setenv", "setenvif", "setenvifexpr", "setenvifnocase", "sethandler",
    "setinputfilter", "setoutputfilter", "ssiendtag", "ssierrormsg", "ssietag", "ssilastmodified",
    "ssilegacyexprparser", "ssistarttag", "ssitimeformat", "ssiundefinedecho", "sslcacertificatefile",
    "sslcacertificatepath", "sslcadnrequestfile", "sslcadnrequestpath", "sslcarevocationcheck", "sslcarevocationfile",
    "sslcarevocationpath", "sslcertificatechainfile", "sslcertificatefile", "sslcertificatekeyfile", "sslciphersuite",
    "sslcompression", "sslcryptodevice", "sslengine", "sslfips", "sslhonorcipherorder", "sslinsecurerenegotiation",
    "ssllog", "sslloglevel", "sslocspdefaultresponder", "sslocspenable", "sslocspnoverify",
    "sslocspoverrideresponder", "sslocspproxyurl", "sslocsprespondercertificatefile", "sslocsprespondertimeout",
    "sslocspresponsemaxage", "sslocspresponsetimeskew", "sslocspuserequestnonce", "sslopensslconfcmd", "ssloptions",
    "sslpassphrasedialog", "sslprotocol", "sslproxycacertificatefile", "sslproxycacertificatepath",
    "sslproxycarevocationcheck", "sslproxycarevocationfile", "sslproxycarevocationpath", "sslproxycheckpeercn",
    "sslproxycheckpeerexpire", "sslproxycheckpeername", "sslproxyciphersuite", "sslproxyengine",
    "sslproxymachinecertificatechainfile", "sslproxymachinecertificatefile", "sslproxymachinecertificatepath",
    "sslproxyprotocol", "sslproxyverify", "sslproxyverifydepth", "sslrandomseed", "sslrenegbuffersize", "sslrequire",
    "sslrequiressl", "sslsessioncache", "sslsessioncachetimeout", "sslsessionticketkeyfile", "sslsessiontickets",
    "sslsrpunknownuserseed", "sslsrpverifierfile", "sslstaplingcache", "sslstaplingerrorcachetimeout",
    "sslstaplingfaketrylater", "sslstaplingforceurl", "sslstaplingrespondertimeout", "sslstaplingresponsemaxage",
    "sslstaplingresponsetimeskew", "sslstaplingreturnrespondererrors", "sslstaplingstandardcachetimeout",
    "sslstrictsnivhostcheck", "sslusername", "sslusestapling", "sslverifyclient", "sslverifydepth",
    "sslvhostsnipolicy", "startservers", "stricthostcheck", "substitute", "substituteinheritbefore",
    "substitutemaxlinelength", "suexec", "threadlimit", "threadsperchild", "threadstacksize", "timeout",
    "traceenable", "transferlog", "typesconfig", "undefine", "undefmacro", "unsetenv", "use", "usecanonicalname",
    "usecanonicalphysicalport", "user", "userdir", "virtualdocumentroot", "virtualdocumentrootip", "virtualhost",
    "virtualscriptalias", "virtualscriptaliasip", "watchdoginterval", "xbithack", "xml2encalias", "xml2encdefault",
    "xml2startparse",
});
static_assert(std::is_sorted(directives.begin(), directives.end()));

/// How many letters must be changed, added or left out to make one word of the other; at most `limit` + 1.
std::size_t distance(std::string_view one, std::string_view other, std::size_t limit)
{
    const std::size_t difference = one.size() > other.size() ? one.size() - other.size() : other.size() - one.size();
    if (difference > limit)
        return limit + 1;
    std::vector<std::size_t> row(other.size() + 1);
    for (std::size_t i = 0; i < row.size(); ++i)
        row[i] = i;
    for (std::size_t i = 1; i <= one.size(); ++i) {
        std::size_t before = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= other.size(); ++j) {
            const std::size_t changed = before + (one[i - 1] == other[j - 1] ? 0 : 1);
            before = row[j];
            row[j] = std::min({ row[j] + 1, row[j - 1] + 1, changed });
        }
    }
    return row.back();
}
}

std::string_view meantApacheDirective(std::string_view name)
{
    constexpr std::size_t shortest = 6;
    constexpr std::size_t longest = 64;
    if (name.size() < shortest || name.size() > longest || std::binary_search(directives.begin(), directives.end(), name))
        return {};
    for (std::size_t limit = 1; limit <= 2; ++limit)
        for (const std::string_view each : directives)
            if (each.size() >= shortest && distance(name, each, limit) == limit)
                return each;
    return {};
}

}

#include "core/probe/outside/dnsquestion.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <array>

namespace hopscope::probe {
namespace {

    std::vector<std::string> chainIn(ns_msg& message)
    {
        std::vector<std::string> names;
        for (int index = 0; index < ns_msg_count(message, ns_s_an); ++index) {
            ns_rr record;
            if (ns_parserr(&message, ns_s_an, index, &record) != 0)
                break;
            char name[NS_MAXDNAME];
            if (ns_rr_type(record) == ns_t_cname
                && ns_name_uncompress(ns_msg_base(message), ns_msg_end(message), ns_rr_rdata(record), name, sizeof name) >= 0)
                names.emplace_back(name);
        }
        return names;
    }

}

DnsReply dnsReplyFrom(const unsigned char* bytes, int length)
{
    ns_msg message;
    if (length < NS_HFIXEDSZ || ns_initparse(bytes, length, &message) != 0 || ns_msg_getflag(message, ns_f_qr) == 0)
        return { DnsReply::Kind::NoAnswer, {}, "no DNS server answered" };
    DnsReply reply { DnsReply::Kind::ServerFailed, chainIn(message), "" };
    switch (ns_msg_getflag(message, ns_f_rcode)) {
    case ns_r_noerror:
        reply.kind = ns_msg_count(message, ns_s_an) > 0 ? DnsReply::Kind::Answered : DnsReply::Kind::NoAddress;
        reply.words = reply.kind == DnsReply::Kind::NoAddress ? "DNS: the name has no such record" : "";
        break;
    case ns_r_nxdomain:
        reply.kind = DnsReply::Kind::NoSuchName;
        reply.words = "DNS: NXDOMAIN";
        break;
    case ns_r_servfail: reply.words = "DNS: SERVFAIL"; break;
    case ns_r_refused: reply.words = "DNS: REFUSED"; break;
    case ns_r_formerr: reply.words = "DNS: FORMERR"; break;
    default: reply.words = "DNS: error code " + std::to_string(ns_msg_getflag(message, ns_f_rcode)); break;
    }
    return reply;
}

DnsReply askDns(const std::string& name)
{
    // A name without a dot is the search list's and the hosts file's business.
    if (name.find('.') == std::string::npos)
        return {};
    struct __res_state state {};
    if (res_ninit(&state) != 0)
        return {};
    state.retrans = 1; // second
    state.retry = 1;
    std::array<unsigned char, 8192> bytes {};
    const int length = res_nquery(&state, name.c_str(), ns_c_in, ns_t_a, bytes.data(), int(bytes.size()));
    // On a failure the length is lost, but what came last is there, its flags first.
    DnsReply reply = dnsReplyFrom(bytes.data(), length >= 0 ? length : NS_HFIXEDSZ);
    if (length < 0 && reply.kind == DnsReply::Kind::NoAnswer && ns_get16(bytes.data() + 2) != 0) {
        // Counts that point past the cut: only the header's code can be used.
        bytes[4] = bytes[5] = bytes[6] = bytes[7] = bytes[8] = bytes[9] = bytes[10] = bytes[11] = 0;
        reply = dnsReplyFrom(bytes.data(), NS_HFIXEDSZ);
    }
    res_nclose(&state);
    return reply;
}

}

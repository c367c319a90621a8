#pragma once

#include <string>
#include <vector>

namespace hopscope::probe {

/// What the system's DNS servers say to one question for an address, where the hosts file plays no part.
struct DnsReply {
    enum class Kind { Answered, NoSuchName, NoAddress, ServerFailed, NoAnswer, NotAsked };
    Kind kind = Kind::NotAsked;
    std::vector<std::string> canonicalNames; ///< the CNAME chain, first to last
    std::string words;                       ///< "NXDOMAIN"; empty where there is nothing to explain
};

/// Blocks for as long as the resolver takes (a few seconds where no server answers). Any thread.
DnsReply askDns(const std::string& name);

/// Reads the reply's bytes; what is cut or malformed gives what was readable.
DnsReply dnsReplyFrom(const unsigned char* bytes, int length);

}

#pragma once

// The only place that includes libssh. Its handles as owning types, its texts as strings.

#include <libssh/libssh.h>

#include <memory>
#include <string>

namespace hopscope::ssh {

struct FreeSession {
    void operator()(ssh_session session) const { ssh_free(session); }
};
struct FreeKey {
    void operator()(ssh_key key) const { ssh_key_free(key); }
};
struct FreeChannel {
    void operator()(ssh_channel channel) const { ssh_channel_free(channel); }
};

using SessionHandle = std::unique_ptr<ssh_session_struct, FreeSession>;
using KeyHandle = std::unique_ptr<ssh_key_struct, FreeKey>;
using ChannelHandle = std::unique_ptr<ssh_channel_struct, FreeChannel>;

/// A string that libssh allocated.
inline std::string taken(char* text)
{
    std::string copy = text ? text : "";
    ssh_string_free_char(text);
    return copy;
}

/// The blob of a public key in base64, as in known_hosts and authorized_keys.
inline std::string base64Of(ssh_key key)
{
    char* text = nullptr;
    return ssh_pki_export_pubkey_base64(key, &text) == SSH_OK ? taken(text) : std::string();
}

}

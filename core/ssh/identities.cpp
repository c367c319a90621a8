#include "core/ssh/identities.h"

#include <QByteArray>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace hopscope::ssh {
namespace {

    constexpr base::Milliseconds agentPatience { 2000 };

    struct FileKey {
        bool isThere = false;
        bool isEncrypted = false;
        KeyHandle privateKey;
        KeyHandle publicKey;
    };

    int noteQuestion(const char*, char*, size_t, int, int, void* wasAsked)
    {
        *static_cast<bool*>(wasAsked) = true;
        return -1;
    }

    KeyHandle publicKeyOf(const std::string& file)
    {
        ssh_key key = nullptr;
        // An OpenSSH file holds its public key in the clear; for the older formats it stands beside it.
        if (ssh_pki_import_pubkey_file((file + ".pub").c_str(), &key) == SSH_OK
            || ssh_pki_import_pubkey_file(file.c_str(), &key) == SSH_OK)
            return KeyHandle(key);
        return nullptr;
    }

    FileKey readKey(const std::string& file)
    {
        FileKey result;
        ssh_key key = nullptr;
        const int code = ssh_pki_import_privkey_file(file.c_str(), nullptr, noteQuestion, &result.isEncrypted, &key);
        result.isThere = ::access(file.c_str(), R_OK) == 0;
        if (code == SSH_OK) {
            result.privateKey.reset(key);
            result.isEncrypted = false;
        }
        if (!result.isThere || !result.privateKey)
            result.publicKey = publicKeyOf(file);
        return result;
    }

    /// A certificate beside the key goes with it.
    void addCertificate(const std::string& file, ssh_key privateKey)
    {
        ssh_key certificate = nullptr;
        if (ssh_pki_import_cert_file((file + "-cert.pub").c_str(), &certificate) != SSH_OK)
            return;
        const KeyHandle owned(certificate);
        ssh_pki_copy_cert_to_privkey(certificate, privateKey);
    }

    std::string base64(const std::string& blob)
    {
        return QByteArray(blob.data(), qsizetype(blob.size())).toBase64().toStdString();
    }

    class Search {
    public:
        Search(const Endpoint& endpoint, const Patience& patience)
            : m_endpoint(endpoint)
        {
            if (endpoint.agentSocket.empty())
                return;
            auto agent = Agent::connect(endpoint.agentSocket);
            if (!agent)
                return;
            if (auto keys = agent->keys(patience.atMost(agentPatience)))
                m_agentKeys = std::move(*keys);
        }

        Identities run()
        {
            if (m_endpoint.hasOwnIdentities)
                addFiles();
            if (!m_endpoint.identitiesOnly)
                addAgentKeys();
            if (!m_endpoint.hasOwnIdentities)
                addFiles();
            // What asks a person something comes last.
            std::stable_partition(m_found.usable.begin(), m_found.usable.end(),
                [](const Identity& identity) { return identity.source != Identity::Source::Encrypted; });
            return std::move(m_found);
        }

    private:
        void addFiles()
        {
            for (const std::string& file : m_endpoint.identityFiles)
                addFile(file);
        }

        void addFile(const std::string& file)
        {
            FileKey found = readKey(file);
            Identity identity;
            identity.label = file;
            identity.file = file;
            if (found.privateKey) {
                identity.base64 = base64Of(found.privateKey.get());
                addCertificate(file, found.privateKey.get());
                identity.key = std::move(found.privateKey);
            } else if (found.publicKey) {
                // The private part is encrypted, elsewhere, or only in the agent.
                identity.base64 = base64Of(found.publicKey.get());
                const auto held = std::find_if(m_agentKeys.begin(), m_agentKeys.end(),
                    [&](const AgentKey& key) { return base64(key.blob) == identity.base64; });
                if (held != m_agentKeys.end()) {
                    identity.source = Identity::Source::Agent;
                    identity.agentKey = *held;
                } else if (found.isEncrypted) {
                    identity.source = Identity::Source::Encrypted;
                    identity.key = std::move(found.publicKey);
                } else {
                    note(file, found.isThere ? "holds no private key, and the agent does not have it"
                                             : "can't be read: " + std::string(std::strerror(errno)));
                    return;
                }
            } else if (found.isEncrypted) {
                identity.source = Identity::Source::Encrypted;
            } else {
                note(file, found.isThere ? "is no private key that can be read"
                                         : "can't be read: " + std::string(std::strerror(errno)));
                return;
            }
            add(std::move(identity));
        }

        void addAgentKeys()
        {
            for (const AgentKey& key : m_agentKeys) {
                Identity identity;
                identity.source = Identity::Source::Agent;
                identity.label = key.comment.empty() ? "a key of the agent" : key.comment;
                identity.base64 = base64(key.blob);
                identity.agentKey = key;
                add(std::move(identity));
            }
        }

        void add(Identity identity)
        {
            const bool isThere = std::any_of(m_found.usable.begin(), m_found.usable.end(),
                [&](const Identity& other) { return !identity.base64.empty() && other.base64 == identity.base64; });
            if (!isThere)
                m_found.usable.push_back(std::move(identity));
        }

        void note(const std::string& file, const std::string& problem)
        {
            // A default file that is not there is no problem.
            if (m_endpoint.hasOwnIdentities)
                m_found.problems.push_back(file + " " + problem);
        }

        const Endpoint& m_endpoint;
        std::vector<AgentKey> m_agentKeys;
        Identities m_found;
    };

}

Identities findIdentities(const Endpoint& endpoint, const Patience& patience)
{
    return Search(endpoint, patience).run();
}

KeyHandle unlocked(const std::string& file, const std::string& passphrase)
{
    ssh_key key = nullptr;
    if (ssh_pki_import_privkey_file(file.c_str(), passphrase.c_str(), nullptr, nullptr, &key) != SSH_OK)
        return nullptr;
    addCertificate(file, key);
    return KeyHandle(key);
}

}

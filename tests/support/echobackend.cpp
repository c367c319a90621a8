#include "tests/support/echobackend.h"

#include <sys/socket.h>

#include <map>

namespace hopscope::test {

namespace {
// FastCGI record types, FastCGI Specification 1.0, section 8.
constexpr unsigned char endRequest = 3;
constexpr unsigned char params = 4;
constexpr unsigned char standardOutput = 6;

std::size_t takeLength(const std::string& bytes, std::size_t& at)
{
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes.at(i))); };
    if (byte(at) < 128)
        return byte(at++);
    const std::size_t length = (byte(at) & 127) << 24 | byte(at + 1) << 16 | byte(at + 2) << 8 | byte(at + 3);
    at += 4;
    return length;
}

std::map<std::string, std::string> readParams(const std::string& bytes)
{
    std::map<std::string, std::string> result;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t nameLength = takeLength(bytes, at);
        const std::size_t valueLength = takeLength(bytes, at);
        const std::string name = bytes.substr(at, nameLength);
        result[name] = bytes.substr(at + nameLength, valueLength);
        at += nameLength + valueLength;
    }
    return result;
}

std::string record(unsigned char type, const std::string& content)
{
    std::string bytes;
    bytes += char(1);
    bytes += static_cast<char>(type);
    bytes += char(0);
    bytes += char(1);
    bytes += static_cast<char>(content.size() >> 8);
    bytes += static_cast<char>(content.size() & 255);
    bytes += char(0);
    bytes += char(0);
    return bytes + content;
}

void answerFastCgi(const Socket& connection, std::string bytes)
{
    std::string collected;
    for (std::size_t at = 0;;) {
        while (bytes.size() < at + 8) {
            const std::string more = connection.receive();
            if (more.empty())
                return;
            bytes += more;
        }
        const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at + i])); };
        const std::size_t length = byte(4) << 8 | byte(5);
        const std::size_t padding = byte(6);
        const bool isParams = byte(1) == params;
        while (bytes.size() < at + 8 + length + padding) {
            const std::string more = connection.receive();
            if (more.empty())
                return;
            bytes += more;
        }
        if (isParams && length == 0)
            break;
        if (isParams)
            collected += bytes.substr(at + 8, length);
        at += 8 + length + padding;
    }
    std::map<std::string, std::string> values = readParams(collected);
    const std::string text = connection.localAddress() + " fastcgi " + values["SCRIPT_FILENAME"] + " " + values["HTTP_HOST"];
    connection.send(record(standardOutput, "Content-Type: text/plain\r\n\r\n" + text) + record(standardOutput, "")
        + record(endRequest, std::string(8, '\0')));
}

void answerHttp(const Socket& connection, std::string bytes)
{
    while (bytes.find("\r\n\r\n") == std::string::npos) {
        const std::string more = connection.receive();
        if (more.empty())
            return;
        bytes += more;
    }
    const std::size_t start = bytes.find(' ') + 1;
    const std::string target = bytes.substr(start, bytes.find(' ', start) - start);
    std::string host;
    // HAProxy writes names in lower case
    for (const char* name : { "\r\nHost: ", "\r\nhost: " })
        if (const std::size_t at = bytes.find(name); at != std::string::npos)
            host = bytes.substr(at + 8, bytes.find('\r', at + 2) - at - 8);
    const std::string text = connection.localAddress() + " " + target + " " + host;
    connection.send("HTTP/1.0 200 OK\r\nContent-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text);
}
}

EchoBackend::EchoBackend()
    : m_listener(listenAnywhere())
    , m_port(m_listener.port())
    , m_thread([this] { serve(); })
{
}

EchoBackend::~EchoBackend()
{
    m_isEnding = true;
    shutdown(m_listener.descriptor(), SHUT_RDWR);
    m_thread.join();
}

void EchoBackend::serve()
{
    while (!m_isEnding) {
        const Socket connection(accept(m_listener.descriptor(), nullptr, nullptr));
        if (connection.descriptor() < 0)
            continue;
        const std::string first = connection.receive();
        if (first.empty())
            continue;
        if (first[0] == 1)
            answerFastCgi(connection, first);
        else
            answerHttp(connection, first);
    }
}

}

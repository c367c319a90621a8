#include "app/writefile.h"

#include "app/commandline.h"

#include <cerrno>
#include <cstring>

namespace hopscope::app {

OutputFile::OutputFile(const std::string& path)
    : m_path(path)
{
    if (path.empty())
        return;
    m_file = path == "-" ? stdout : std::fopen(path.c_str(), "wb");
    if (!m_file)
        complain("write " + path + ": " + std::strerror(errno));
}

OutputFile::~OutputFile()
{
    if (m_file && m_file != stdout)
        std::fclose(m_file);
}

bool OutputFile::write(const std::string& text)
{
    if (m_file && std::fwrite(text.data(), 1, text.size(), m_file) == text.size() && std::fflush(m_file) == 0)
        return true;
    complain("write " + m_path + ": " + std::strerror(errno));
    return false;
}

bool writeOutput(const std::string& path, const std::string& text)
{
    OutputFile file(path);
    return file.isOpen() && file.write(text);
}

}

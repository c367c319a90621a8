#include "core/profile/profilefile.h"

#include "core/profile/profilereader.h"
#include "core/profile/profilewriter.h"

#include <QtCore/QFile>
#include <QtCore/QSaveFile>

namespace hopscope::profile {
namespace {

    base::ErrorCode codeOf(QFileDevice::FileError error)
    {
        return error == QFileDevice::PermissionsError ? base::ErrorCode::PermissionDenied : base::ErrorCode::InputOutput;
    }

}

base::Result<model::Profile> parseProfile(std::string_view json, const std::string& nameForErrors)
{
    const auto document = parseJson(json, nameForErrors);
    if (!document)
        return tl::unexpected(document.error());
    auto profile = profileOf(*document, nameForErrors);
    if (profile)
        profile->document = json;
    return profile;
}

base::Result<model::Profile> loadProfile(const std::string& path)
{
    const auto bad = [&path](base::ErrorCode code, const std::string& detail) {
        return base::failure({ code, "read profile", path, detail, "" });
    };
    QFile file(QFile::decodeName(QByteArray::fromStdString(path)));
    if (!file.exists())
        return bad(base::ErrorCode::NotFound, "no such file");
    if (!file.open(QIODevice::ReadOnly))
        return bad(codeOf(file.error()), file.errorString().toStdString());
    // One byte more than allowed, so that the parser can tell; never the whole of an endless device.
    const QByteArray bytes = file.read(4 * 1024 * 1024 + 1);
    if (file.error() != QFileDevice::NoError)
        return bad(codeOf(file.error()), file.errorString().toStdString());
    return parseProfile(std::string_view(bytes.constData(), std::size_t(bytes.size())), path);
}

std::string profileJson(const model::Profile& profile) { return indented(jsonOf(profile)); }

base::Result<void> saveProfile(const model::Profile& profile, const std::string& path)
{
    const std::string text = profileJson(profile);
    // What would not load again must not replace what does.
    if (const auto again = parseProfile(text, path); !again) {
        base::Error error = again.error();
        error.operation = "save profile";
        return tl::unexpected(error);
    }
    QSaveFile file(QFile::decodeName(QByteArray::fromStdString(path)));
    if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), qint64(text.size())) != qint64(text.size())
        || !file.commit())
        return base::failure({ codeOf(file.error()), "save profile", path, file.errorString().toStdString(), "" });
    return {};
}

}

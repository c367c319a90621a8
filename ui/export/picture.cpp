#include "ui/export/picture.h"

#include "ui/export/page.h"
#include "ui/text/words.h"

#include <QApplication>
#include <QBuffer>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

QByteArray pngBytes(const model::Diagnosis& diagnosis, const PictureOptions& options)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    pictureImage(diagnosis, options).save(&buffer, "PNG");
    return bytes;
}

QByteArray pdfBytes(const model::Diagnosis& diagnosis, const PictureOptions& options)
{
    PicturePage page(diagnosis, options.theme, options.font);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setResolution(96);
        writer.setTitle(oneLine(diagnosis.profile));
        writer.setCreator(u"Hopscope"_s);
        writer.setPageLayout(
            QPageLayout(QPageSize(page.size() * 72 / 96, QPageSize::Point, {}, QPageSize::ExactMatch),
                QPageLayout::Portrait, {}));
        QPainter painter(&writer);
        page.paint(painter);
    }
    return bytes;
}

base::Result<void> write(const QByteArray& bytes, const QString& path)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        return {};
    return base::failure({ base::ErrorCode::InputOutput, "write picture", path.toStdString(),
        file.errorString().toStdString(), {} });
}

}

QFont pictureFont()
{
    constexpr int pixels = 14;
    QFont font = QApplication::font();
    font.setPixelSize(pixels);
    return font;
}

QImage pictureImage(const model::Diagnosis& diagnosis, const PictureOptions& options)
{
    PicturePage page(diagnosis, options.theme, options.font);
    QImage image((page.size() * options.pixelRatio).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(options.pixelRatio);
    image.fill(options.theme.surface);
    QPainter painter(&image);
    page.paint(painter);
    return image;
}

QByteArray pictureSvg(const model::Diagnosis& diagnosis, const PictureOptions& options)
{
    PicturePage page(diagnosis, options.theme, options.font);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(96);
    generator.setSize(page.size().toSize());
    generator.setViewBox(QRectF({}, page.size()));
    // QSvgGenerator writes the title as it is, unlike other text.
    generator.setTitle(oneLine(diagnosis.profile).toHtmlEscaped());
    QPainter painter(&generator);
    page.paint(painter);
    painter.end();
    return bytes;
}

std::string graphSvg(const model::Diagnosis& diagnosis, const PictureOptions& options)
{
    PicturePage page(diagnosis, options.theme, options.font);
    const QSizeF size = page.chartRect().size();
    if (size.isEmpty())
        return {};
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(96);
    generator.setSize(size.toSize());
    generator.setViewBox(QRectF({}, size));
    QPainter painter(&generator);
    page.paintChart(painter, QRectF({}, size));
    painter.end();
    return bytes.toStdString();
}

base::Result<void> exportPicture(const model::Diagnosis& diagnosis, const QString& path, PictureFormat format,
    const PictureOptions& options)
{
    switch (format) {
    case PictureFormat::Png:
        return write(pngBytes(diagnosis, options), path);
    case PictureFormat::Svg:
        return write(pictureSvg(diagnosis, options), path);
    case PictureFormat::Pdf:
        return write(pdfBytes(diagnosis, options), path);
    }
    return base::failure(
        { base::ErrorCode::InvalidArgument, "write picture", path.toStdString(), "no such format", {} });
}

}

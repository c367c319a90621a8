#include "tests/ui/support/pictures.h"

#include <QDir>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <vector>

namespace hopscope::test {

namespace {

// 1. Both pictures are cut into blocks of 8 x 8 pixels.
// 2. A block's mean colour is compared: anti-aliasing moves a mean by little, a missing badge by much.
// 3. Hardly any block may differ by more than the limit (a glyph's edge): a missing badge is four.
constexpr int block = 8;
constexpr double limit = 12; ///< of 255, the largest channel's difference of the means
constexpr int mostDiffering = 3;

struct Mean {
    double red = 0;
    double green = 0;
    double blue = 0;
};

Mean meanOf(const QImage& image, int left, int top)
{
    Mean mean;
    int count = 0;
    for (int y = top; y < std::min(top + block, image.height()); ++y)
        for (int x = left; x < std::min(left + block, image.width()); ++x, ++count) {
            const QRgb pixel = image.pixel(x, y);
            mean.red += qRed(pixel);
            mean.green += qGreen(pixel);
            mean.blue += qBlue(pixel);
        }
    return { mean.red / count, mean.green / count, mean.blue / count };
}

double difference(const Mean& a, const Mean& b)
{
    return std::max({ std::abs(a.red - b.red), std::abs(a.green - b.green), std::abs(a.blue - b.blue) });
}

}

QString comparePicture(const QString& name, const QImage& picture)
{
    const QString golden = QStringLiteral(HOPSCOPE_SOURCE_DIR "/tests/golden/ui/%1.png").arg(name);
    const QImage seen = picture.convertToFormat(QImage::Format_RGB32);
    if (qEnvironmentVariableIsSet("HOPSCOPE_RENEW_PICTURES")) {
        QDir().mkpath(QStringLiteral(HOPSCOPE_SOURCE_DIR "/tests/golden/ui"));
        return seen.save(golden, "PNG", 0) ? QString() : QStringLiteral("can't write %1").arg(golden);
    }
    const QImage wanted = QImage(golden).convertToFormat(QImage::Format_RGB32);
    if (wanted.isNull())
        return QStringLiteral("there is no %1").arg(golden);
    QImage marked = seen;
    int differing = 0;
    int blocks = 0;
    if (wanted.size() == seen.size()) {
        QPainter painter(&marked);
        painter.setPen(Qt::magenta);
        for (int top = 0; top < seen.height(); top += block)
            for (int left = 0; left < seen.width(); left += block, ++blocks)
                if (difference(meanOf(wanted, left, top), meanOf(seen, left, top)) > limit) {
                    ++differing;
                    painter.drawRect(left, top, block - 1, block - 1);
                }
        if (differing <= mostDiffering)
            return {};
    }
    QDir().mkpath(QStringLiteral("ui-pictures"));
    const QString base = QDir(QStringLiteral("ui-pictures")).absoluteFilePath(name);
    seen.save(base + QStringLiteral("-seen.png"));
    marked.save(base + QStringLiteral("-difference.png"));
    if (wanted.size() != seen.size())
        return QStringLiteral("%1 is %2x%3, not %4x%5")
            .arg(name)
            .arg(seen.width())
            .arg(seen.height())
            .arg(wanted.width())
            .arg(wanted.height());
    return QStringLiteral("%1 of %2 blocks differ; see %3-difference.png")
        .arg(differing)
        .arg(blocks)
        .arg(base);
}

}

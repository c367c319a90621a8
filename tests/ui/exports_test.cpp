#include "tests/ui/support/windowtest.h"

#include "ui/export/answerfile.h"
#include "ui/export/picture.h"

#include <QImage>
#include <QXmlStreamReader>

namespace hopscope::test {

namespace {

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    EXPECT_TRUE(file.open(QIODevice::ReadOnly)) << path.toStdString();
    return file.readAll();
}

QString xmlProblem(const QByteArray& text)
{
    QXmlStreamReader reader(text);
    while (!reader.atEnd())
        reader.readNext();
    return reader.errorString();
}

class Exports : public WindowTest {
protected:
    QByteArray exported(
        const char* name, const run::Snapshot& snapshot, ui::Redaction redaction = ui::Redaction::None)
    {
        const QString path = folder.filePath(QLatin1StringView(name));
        const base::Result<void> written
            = ui::writeAnswerFile(snapshot.diagnosis, { path, redaction }, {});
        EXPECT_TRUE(written) << (written ? std::string() : written.error().text());
        return contentOf(path);
    }
};

}

TEST_F(Exports, APngIsAPictureOfSomeSize)
{
    const QImage image = QImage::fromData(exported("incident.png", stoppedService()));
    EXPECT_GT(image.width(), 1500);
    EXPECT_GT(image.height(), 600);
}

TEST_F(Exports, AnSvgIsWellFormedWhateverTheServersSaid)
{
    for (const run::Snapshot& snapshot : { stoppedService(), hostileTexts(), unknownChain() }) {
        const QByteArray svg = exported("incident.svg", snapshot);
        EXPECT_EQ(xmlProblem(svg), QString()) << svg.left(500).constData();
        EXPECT_FALSE(svg.contains("<img"));
        const std::string graph = ui::graphSvg(snapshot.diagnosis);
        EXPECT_EQ(xmlProblem(QByteArray::fromStdString(graph)), QString());
    }
    EXPECT_TRUE(exported("incident.svg", stoppedService()).contains("Connection"));
}

TEST_F(Exports, APdfIsOnePage)
{
    const QByteArray pdf = exported("incident.pdf", stoppedService());
    EXPECT_TRUE(pdf.startsWith("%PDF-"));
    EXPECT_EQ(pdf.count("/Type /Page\n"), 1);
}

TEST_F(Exports, AnAnswerWithoutAnyNodeStillMakesAPicture)
{
    model::Diagnosis nothing;
    nothing.url = "https://shop.example/";
    nothing.unknownReason = "No host could be reached.";
    EXPECT_FALSE(ui::pictureImage(nothing).isNull());
    EXPECT_TRUE(ui::graphSvg(nothing).empty());
}

TEST_F(Exports, ReportsComeByTheNamesEnding)
{
    EXPECT_TRUE(exported("incident.json", stoppedService()).contains("hopscope.diagnosis/1"));
    EXPECT_TRUE(exported("incident.md", stoppedService()).contains("shop.service"));
    const QByteArray html = exported("incident.html", stoppedService());
    EXPECT_TRUE(html.contains("data:image/svg+xml;base64,"));
    EXPECT_FALSE(html.contains("<script"));
}

TEST_F(Exports, AnUnknownEndingIsAnErrorThatNamesThem)
{
    const base::Result<void> written = ui::writeAnswerFile(stoppedService().diagnosis,
        { folder.filePath(QStringLiteral("x.doc")), ui::Redaction::None }, {});
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().detail.find(".png"), std::string::npos);
}

TEST_F(Exports, RedactionMasksAddressesAndNames)
{
    const QByteArray json = exported("incident.json", stoppedService(), ui::Redaction::Masked);
    EXPECT_FALSE(json.contains("10.1.0.3"));
    EXPECT_FALSE(json.contains("shop.example"));
    const QByteArray svg = exported("incident.svg", stoppedService(), ui::Redaction::Masked);
    EXPECT_FALSE(svg.contains("10.1.0.3"));
}

TEST_F(Exports, TheWindowExportsWhatItShows)
{
    open();
    play(stoppedService());
    dialogs.path = folder.filePath(QStringLiteral("from-window.svg"));
    QTest::keyClick(window.get(), Qt::Key_E, Qt::ControlModifier);
    ASSERT_TRUE(waitUntil([&] { return status().contains(QStringLiteral("from-window.svg")); }));
    EXPECT_TRUE(contentOf(dialogs.path).contains("<svg"));
    dialogs.path = QStringLiteral("/nonexistent/folder/x.png");
    QTest::keyClick(window.get(), Qt::Key_E, Qt::ControlModifier);
    EXPECT_TRUE(waitUntil([&] { return dialogs.errors.size() == 1; }));
}

}

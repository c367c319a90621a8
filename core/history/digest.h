#pragma once

#include <QtCore/QCryptographicHash>

#include <string_view>

namespace hopscope::history {

/// SHA-256 over a bundle's values in reading order, each with its length, so that moving a byte from one to the next
/// shows too. It tells damage, not forgery: whoever forges can compute it again.
class Digest {
public:
    void add(std::string_view bytes)
    {
        const quint64 length = bytes.size();
        for (int shift = 0; shift < 64; shift += 8)
            addByte(char(length >> shift));
        m_hash.addData(QByteArrayView(bytes.data(), qsizetype(bytes.size())));
    }
    std::string text() const { return m_hash.result().toHex().toStdString(); }

private:
    void addByte(char byte) { m_hash.addData(QByteArrayView(&byte, 1)); }

    QCryptographicHash m_hash { QCryptographicHash::Sha256 };
};

}

#include <QtCore/QCoreApplication>

#include <gmock/gmock.h>

int main(int count, char** words)
{
    const QCoreApplication application(count, words);
    testing::InitGoogleMock(&count, words);
    return RUN_ALL_TESTS();
}

#include "core/model/protocolfamily.h"

namespace hopscope::model {

ProtocolFamily familyOf(Protocol protocol)
{
    switch (protocol) {
    case Protocol::Http:
    case Protocol::Https:
    case Protocol::Http2:
    case Protocol::Grpc:
    case Protocol::Grpcs:
        return ProtocolFamily::Http;
    case Protocol::FastCgi:
    case Protocol::Uwsgi:
    case Protocol::Scgi:
    case Protocol::Ajp:
        return ProtocolFamily::Gateway;
    case Protocol::Postgresql:
    case Protocol::Mysql:
    case Protocol::Redis:
    case Protocol::Memcached:
    case Protocol::Mongodb:
    case Protocol::Amqp:
    case Protocol::Kafka:
        return ProtocolFamily::Data;
    case Protocol::Tcp:
    case Protocol::Tls:
    case Protocol::Udp:
        return ProtocolFamily::Stream;
    }
    return ProtocolFamily::Stream;
}

}

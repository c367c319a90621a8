"""A WSGI app that asks its database or cache on each request, as DATABASE_URL or REDIS_URL name it."""

import os
import urllib.parse


def ask():
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        import psycopg2
        connection = psycopg2.connect(url, connect_timeout=3)
        try:
            with connection.cursor() as cursor:
                cursor.execute("select 1")
        finally:
            connection.close()
    elif url.startswith("mysql"):
        import pymysql
        part = urllib.parse.urlsplit(url)
        pymysql.connect(host=part.hostname, port=part.port or 3306, user=part.username, password=part.password,
                        database=part.path.strip("/"), connect_timeout=3).close()
    if os.environ.get("REDIS_URL"):
        import redis
        redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=3).ping()


def app(environ, start_response):
    ask()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"stored\n"]

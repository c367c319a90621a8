// An API that asks its database on each request, by DB_HOST and DB_PORT: MariaDB (node-mysql), or Redis where REDIS_URL is set.
"use strict";
const http = require("http");

function ask(done) {
    if (process.env.REDIS_URL) {
        const client = require("redis").createClient({ url: process.env.REDIS_URL, socket: { reconnectStrategy: () => new Error("Redis is gone") } });
        let isDone = false;
        const once = (error) => { if (!isDone) { isDone = true; done(error); } };
        client.on("error", once);
        client.connect().then(() => client.ping()).then(() => client.quit()).then(() => once(null), once);
        return;
    }
    const connection = require("mysql").createConnection({
        host: process.env.DB_HOST, port: Number(process.env.DB_PORT || 3306), user: process.env.DB_USER,
        password: process.env.DB_PASSWORD, database: process.env.DB_NAME, connectTimeout: 3000,
    });
    connection.query("select 1", (error) => { connection.destroy(); done(error); });
}

http.createServer((request, response) => {
    ask((error) => {
        if (error) console.error(error);
        response.writeHead(error ? 500 : 200, { "Content-Type": "application/json" });
        response.end(JSON.stringify({ ok: !error }) + "\n");
    });
}).listen(Number(process.env.PORT), process.env.HOST || "0.0.0.0", () => console.log(`listening on ${process.env.PORT}`));

<?php
// A small page. Environment (fastcgi_param or the pool's env[]): FAULT, SECONDS.
if (($_SERVER['FAULT'] ?? getenv('FAULT')) === 'slow') {
    sleep((int) ($_SERVER['SECONDS'] ?? 3));
}
header('Content-Type: text/plain');
echo "ok\n";

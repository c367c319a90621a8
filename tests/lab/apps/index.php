<?php
// A small page; /?seconds=N takes its time.
sleep((int) ($_GET['seconds'] ?? 0));
header('Content-Type: text/plain');
echo "ok\n";

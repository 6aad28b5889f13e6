"""`PARLEY_TEST_NODES=3 PARLEY_TEST_DATABASE=postgres`: a `Server` of the tests is so many nodes behind nginx, which hands
each connection and each request to the next node. With `PARLEY_TEST_NODES=guest` two nodes run, the tests know the first
alone, and it is the home of nothing: every room lives at the second. What a test says about the address of its own server, its TLS or its
cluster is about one process; such a server stays one."""

import os
import pathlib
import shutil
import tempfile
import threading

import harness
import proxies

#: How many nodes; 0: servers are single processes.
WISH = os.environ.get("PARLEY_TEST_NODES", "0")
GUEST = WISH == "guest"
COUNT = 2 if GUEST else int(WISH)

#: What a setting or an argument begins with that is about one process.
OF_ONE_PROCESS = ("server.", "tls.", "cluster.", "http.trusted_proxies", "storage.", "--port", "--host", "--db", "--config",
                  "auth.secret")

#: `listen` and the addresses as `proxies.Nginx` wants them; it adds the rest.
CONFIGURATION = """
client_max_body_size 0; proxy_buffering off; proxy_request_buffering off; large_client_header_buffers 8 64k;
map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
upstream nodes {{ {servers} }}
server {{
  listen 80;
  location / {{
    proxy_pass http://nodes; proxy_http_version 1.1; proxy_read_timeout 1h;
    proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
  }}
}}
"""

#: Every room's home is the second node, from before anybody has heard of the room.
HOME_OF_ALL = """
CREATE OR REPLACE FUNCTION live_at_the_second() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO room_homes SELECT NEW.id, id, nextval('home_epochs') FROM nodes WHERE name = 'node node2';
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER live_there AFTER INSERT ON rooms FOR EACH ROW EXECUTE FUNCTION live_at_the_second();
INSERT INTO room_homes SELECT r.id, n.id, nextval('home_epochs') FROM rooms r, nodes n WHERE n.name = 'node node2'
ON CONFLICT (room_id) DO UPDATE SET node_id = excluded.node_id, epoch = excluded.epoch;
"""


class Processes:
    """All nodes, where a test asks for the process."""

    def __init__(self, nodes):
        self.nodes = nodes
        self.pid = nodes[0].process.pid

    def poll(self):
        codes = [node.process.poll() for node in self.nodes]
        return None if None in codes else max(codes)

    @property
    def returncode(self):
        return self.poll()

    def send_signal(self, number):
        for node in self.nodes:
            node.process.send_signal(number)

    def kill(self):
        for node in self.nodes:
            node.process.kill()

    def wait(self, timeout=None):
        return max(node.process.wait(timeout) for node in self.nodes)


class Several(harness.Server):
    """Nodes on one database and one folder of files, and the nginx in front of them."""

    def __init__(self, data_dir, settings=None, args=(), env=None, certificate=None, secure=False):
        words = [*(settings or {}), *map(str, args), *(env or {})]
        alone = certificate or secure or env or any(word.startswith(OF_ONE_PROCESS) for word in words)
        super().__init__(data_dir, settings, args, env, certificate, secure)
        self.nodes, self.nginx, self.folder = [], None, None
        for i in range(0 if alone else COUNT):
            folder = self.data_dir if i == 0 else self.data_dir / f"node{i + 1}"
            mine = {"files.dir": str(self.data_dir), "http.trusted_proxies": '["loopback"]', **(settings or {}),
                    "cluster.enabled": "true", "cluster.name": f"node{i + 1}"}
            self.nodes.append(harness.SingleServer(folder, mine, [*args, *harness.database_flags(self.data_dir, args)]))

    @property
    def log(self):
        return [line for node in self.nodes for line in node.log] if self.nodes else self.own_log

    @log.setter
    def log(self, lines):
        self.own_log = lines

    def launch(self):
        if not self.nodes:
            return super().launch()
        for node in self.nodes:
            node.data_dir.mkdir(parents=True, exist_ok=True)
            node.host = node.port = None
            node.start()
            harness.Server.running.remove(node)
        self.process = Processes(self.nodes)
        if GUEST:
            harness.query(self, HOME_OF_ALL)
            self.host, self.port, self.places = self.nodes[0].host, self.nodes[0].port, self.nodes[0].places
        else:
            self.stand_behind_nginx()
        self._reader = threading.Thread(target=lambda: None)
        self._reader.start()
        self._ready.set()
        harness.Server.running.append(self)
        return self

    def stand_behind_nginx(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="parley-nginx-"))
        self.folder.chmod(0o755)
        servers = " ".join(f"server {node.authority} max_fails=0;" for node in self.nodes)
        self.nginx = proxies.Nginx(self.folder, self.nodes[0], CONFIGURATION.format(servers=servers)).__enter__()
        self.host, self.port = self.nginx.host, self.nginx.port
        self.places = [f"http://{self.nginx.authority}"]

    def _wait(self, deadline):
        code = super()._wait(deadline)
        if self.nginx:
            self.nginx.__exit__()
            shutil.rmtree(self.folder, ignore_errors=True)
            self.nginx = None
        return code

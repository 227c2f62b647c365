import { createServer, connect, type Server, type Socket } from 'node:net';

/** The cable between clients and server: TCP that can be cut, or go dead as that of a frozen machine does. */
export class Wire {
  readonly #pairs = new Map<Socket, Socket>();
  #listener: Server | undefined;
  #frozen = false;
  /** Connections taken so far. */
  taken = 0;

  /** On 127.0.0.1, to the server's port on it; a free port unless one is given. Returns the port. */
  async open(serverPort: number, port = 0): Promise<number> {
    const listener = createServer({ allowHalfOpen: false }, (client) => {
      this.#carry(client, connect({ port: serverPort, host: '127.0.0.1', noDelay: true }));
    });
    this.#listener = listener;
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  }

  /** Nothing passes any more, not even the answer to a ping; connections are still taken. */
  freeze(): void {
    this.#frozen = true;
    for (const [client, server] of this.#pairs) [client, server].forEach((socket) => socket.unpipe());
  }

  /** What was sent meanwhile arrives. */
  thaw(): void {
    this.#frozen = false;
    for (const [client, server] of this.#pairs) join(client, server);
  }

  /** Resets the connection that the server knows as coming from this port. */
  cut(peerPort: number): void {
    for (const [client, server] of this.#pairs) if (server.localPort === peerPort) client.resetAndDestroy();
  }

  cutAll(): void {
    for (const client of this.#pairs.keys()) client.resetAndDestroy();
  }

  async close(): Promise<void> {
    const listener = this.#listener;
    if (!listener) return;
    const closed = new Promise((resolve) => listener.close(resolve));
    this.cutAll();
    await closed;
  }

  #carry(client: Socket, server: Socket): void {
    this.taken++;
    client.setNoDelay(true);
    this.#pairs.set(client, server);
    const end = (): void => {
      this.#pairs.delete(client);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
    if (!this.#frozen) join(client, server);
  }
}

function join(client: Socket, server: Socket): void {
  client.pipe(server);
  server.pipe(client);
}

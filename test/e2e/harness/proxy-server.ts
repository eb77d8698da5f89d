import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of ours that listens, for what stands between the provider and the local AWS. */
export interface ProxyServer {
  readonly server: Server;
  readonly url: string;
}

export async function startProxyServer(listener: RequestListener): Promise<ProxyServer> {
  const server = createServer(listener);
  // On a busy machine an idle connection would be closed at the moment of its next call, a fault of our own.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

export async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

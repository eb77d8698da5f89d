import { createServer, type Socket, type Server as TcpServer } from "node:net";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** One call of Terraform's: who calls (a connection, so an alias) and with what. */
export interface Call {
  /** Terraform opens one connection for each alias: the peer's port tells them apart. */
  readonly peer: string;
  /** The request, in the field names of protocol.proto. */
  readonly request: Message;
}

export type Message = Readonly<Record<string, unknown>>;

/** The methods of the protocol's service, by name. */
export type Methods = Readonly<Record<string, (call: Call) => Promise<object> | object>>;

export interface Listening {
  readonly port: number;
  /** Closes the port and every connection. */
  close(): void;
}

/** Serves the methods on a port of the loopback interface (0: any free one). */
export async function listen(
  methods: Methods,
  port: number,
  closed: (peer: string) => void,
): Promise<Listening> {
  const definition = loadSync(join(__dirname, "protocol.proto"), {
    keepCase: true,
    defaults: true,
    longs: Number,
  });
  const service = (
    grpc.loadPackageDefinition(definition) as unknown as {
      tfplugin5: { Provider: grpc.ServiceClientConstructor };
    }
  ).tfplugin5.Provider.service;
  // A schema or a large state passes gRPC's default of 4 MiB; Terraform's own limit is 256 MiB.
  const server = new grpc.Server({
    "grpc.max_receive_message_length": 256 << 20,
    "grpc.max_send_message_length": 256 << 20,
  });
  server.addService(service, implement(methods));

  // An own listener, because only its sockets say when an alias has gone.
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  const tcp = createServer((socket: Socket) => {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    socket.setNoDelay(true);
    socket.once("close", () => closed(peer));
    injector.injectConnection(socket);
  });
  await bound(tcp, port);
  const address = tcp.address();
  if (address === null || typeof address === "string") throw new Error("no TCP address");
  return {
    port: address.port,
    close: () => {
      tcp.close();
      server.forceShutdown();
    },
  };
}

function implement(methods: Methods): grpc.UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => {
      const handler: grpc.handleUnaryCall<Message, object> = async (call, callback) => {
        try {
          callback(null, await method({ peer: call.getPeer(), request: call.request }));
        } catch (error) {
          // What a method did not turn into a diagnostic is a fault of the stand-in itself.
          callback({
            code: grpc.status.INTERNAL,
            details: error instanceof Error ? (error.stack ?? error.message) : String(error),
          });
        }
      };
      return [name, handler];
    }),
  );
}

function bound(tcp: TcpServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    tcp.once("error", reject);
    tcp.listen(port, "127.0.0.1", () => {
      tcp.off("error", reject);
      resolve();
    });
  });
}

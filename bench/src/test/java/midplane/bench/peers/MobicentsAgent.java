package midplane.bench.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.mobicents.media.server.io.network.UdpManager;
import org.mobicents.media.server.mgcp.MgcpEvent;
import org.mobicents.media.server.mgcp.MgcpProvider;
import org.mobicents.media.server.mgcp.message.MgcpRequest;
import org.mobicents.media.server.mgcp.message.MgcpResponse;
import org.mobicents.media.server.mgcp.message.Parameter;
import org.mobicents.media.server.scheduler.DefaultClock;
import org.mobicents.media.server.scheduler.Scheduler;
import org.mobicents.media.server.spi.listener.TooManyListenersException;
import org.mobicents.media.server.utils.Text;

/**
 * A call agent on the MGCP stack of the Mobicents media server, as it is: it writes lines that end in a bare LF, and
 * follows {@code Z: name@host:port}.
 */
final class MobicentsAgent implements AutoCloseable {
    private static final long PATIENCE_S = 20;

    /** A response, with what tests ask of it. */
    record Answer(int code, int transactionId, String text, String endpoint, String connection, String parameters) {}

    /** A command that the agent got, and from which port. */
    record Heard(String verb, int transactionId, String requestId, String events, int fromPort) {}

    private final Scheduler scheduler = new Scheduler();
    private final UdpManager network;
    private final MgcpProvider provider;
    private final int port;
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private int lastId = 1000;

    MobicentsAgent() throws IOException, TooManyListenersException {
        port = LoopbackPorts.free();
        scheduler.setClock(new DefaultClock());
        scheduler.start();
        network = new UdpManager(scheduler);
        network.setBindAddress("127.0.0.1");
        network.setLocalBindAddress("127.0.0.1");
        network.start();
        provider = new MgcpProvider(network, port, scheduler);
        provider.addListener(this::onEvent);
        provider.activate();
    }

    int port() {
        return port;
    }

    /** Sends a command with parameters as {@code name, value, name, value}, and waits for its final response. */
    Answer ask(final String verb, final String endpoint, final int toPort, final String... parameters)
            throws IOException, InterruptedException {
        final InetSocketAddress to = new InetSocketAddress("127.0.0.1", toPort);
        final MgcpEvent event = provider.createEvent(MgcpEvent.REQUEST, to);
        final MgcpRequest request = (MgcpRequest) event.getMessage();
        request.setCommand(new Text(verb));
        request.setEndpoint(new Text(endpoint));
        request.setTxID(++lastId);
        for (int i = 0; i < parameters.length; i += 2) {
            request.setParameter(new Text(parameters[i]), new Text(parameters[i + 1]));
        }
        provider.send(event);
        Answer answer = answers.poll(PATIENCE_S, TimeUnit.SECONDS);
        while (answer != null && answer.code() < 200) {
            answer = answers.poll(PATIENCE_S, TimeUnit.SECONDS);
        }
        if (answer == null || answer.transactionId() != lastId) {
            throw new AssertionError(verb + ' ' + lastId + " got " + answer);
        }
        return answer;
    }

    /** The next command that came, already answered 200. */
    Heard hear() throws InterruptedException {
        final Heard command = heard.poll(PATIENCE_S, TimeUnit.SECONDS);
        if (command == null) {
            throw new AssertionError("no command came");
        }
        return command;
    }

    private void onEvent(final MgcpEvent event) {
        final InetSocketAddress from = (InetSocketAddress) event.getAddress();
        if (event.getEventID() == MgcpEvent.RESPONSE) {
            final MgcpResponse response = (MgcpResponse) event.getMessage();
            answers.add(new Answer(
                    response.getResponseCode(),
                    response.getTxID(),
                    response.toString(),
                    value(response.getParameter(Parameter.ENDPOINT_ID)),
                    value(response.getParameter(Parameter.CONNECTION_ID)),
                    value(response.getParameter(Parameter.CONNECTION_PARAMETERS))));
            return;
        }
        final MgcpRequest request = (MgcpRequest) event.getMessage();
        heard.add(new Heard(
                request.getCommand().toString(),
                request.getTxID(),
                value(request.getParameter(Parameter.REQUEST_ID)),
                value(request.getParameter(Parameter.OBSERVED_EVENT)),
                from.getPort()));
        final MgcpEvent reply = provider.createEvent(MgcpEvent.RESPONSE, from);
        final MgcpResponse response = (MgcpResponse) reply.getMessage();
        response.setResponseCode(200);
        response.setTxID(request.getTxID());
        response.setResponseString(new Text("OK"));
        try {
            provider.send(reply);
        } catch (final IOException ex) {
            throw new IllegalStateException(ex);
        }
    }

    private static String value(final @Nullable Parameter parameter) {
        return parameter == null ? "" : parameter.getValue().toString();
    }

    @Override
    public void close() {
        provider.shutdown();
        network.stop();
        scheduler.stop();
    }
}

package midplane.signalling.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import midplane.signalling.Slice;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What another reader (npm package sip 0.0.6) sees in eleven of the torture messages, field by field. */
final class ExpectedParseTest {
    private final SipMessage message = new SipMessage();
    private final SipAddress address = new SipAddress();
    private final Slice slice = new Slice();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "dblreq|REGISTER|sip:example.com|sip:j.user@example.com|sip:j.user@example.com|43251j3j324|8"
                        + "|dblreq.0ha0isndaksdj99sdfafnl3lk233412|8|192.0.2.125|UDP|z9hG4bKkdjuw23492|1|0",
                "esc01|INVITE|sip:sips%3Auser%40example.com@example.net|sip:%75se%72@example.com"
                        + "|sip:I%20have%20spaces@example.net|938|87|esc01.239409asdfakjkn23onasd0-3234|234234|host5.example.net|UDP"
                        + "|z9hG4bKkdjuw|1|150",
                "esc02|RE%47IST%45R|sip:registrar.example.com|sip:resource@example.com|sip:resource@example.com|f232jadfj23|70"
                        + "|esc02.asdfnqwo34rq23i34jrjasdcnl23nrlknsdf|29344|host.example.com|TCP|z9hG4bK209%fzsnel234|1|0",
                "escnull|REGISTER|sip:example.com|sip:null-%00-null@example.com|sip:null-%00-null@example.com|839923423|70"
                        + "|escnull.39203ndfvkjdasfkq3w4otrq0adsfdfnavd|14398234|host5.example.com|UDP|z9hG4bKkdjuw|1|0",
                "intmeth|!interesting-Method0123456789_*+`.%indeed'~"
                        + "|sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com"
                        + "|sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com|sip:mundane@example.com"
                        + "|_token~1'+`*%!-.|255|intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{|139122385|host1.example.com|TCP"
                        + "|z9hG4bK-.!%66*_+`'~|1|0",
                "lwsdisp|OPTIONS|sip:user@example.com|sip:user@example.com|sip:caller@example.com|323|70"
                        + "|lwsdisp.1234abcd@funky.example.com|60|funky.example.com|UDP|z9hG4bKkdjuw|1|0",
                "semiuri|OPTIONS|sip:user;par=u%40example.net@example.com|sip:j_user@example.com|sip:caller@example.org|33242|3"
                        + "|semiuri.0ha0isndaksdj|8|192.0.2.1|UDP|z9hG4bKkdjuw|1|0",
                "transports|OPTIONS|sip:user@example.com|sip:user@example.com|sip:caller@example.com|323|70"
                        + "|transports.kijh4akdnaqjkwendsasfdj|60|t1.example.com|UDP|z9hG4bKkdjuw|5|0",
                "wsinv|INVITE|sip:vivekg@chair-dnrc.example.com;unknownparam|sip:vivekg@chair-dnrc.example.com"
                        + "|sip:jdrosen@example.com|98asjd8|68|wsinv.ndaksdj@192.0.2.1|9|192.0.2.2|UDP|390skdjuw|2|150",
                "mpart01|MESSAGE|sip:kumiko@example.org|sip:kumiko@example.org|sip:fluffy@example.com|2fb0dcc9|70"
                        + "|3d9485ad0c49859b@Zmx1ZmZ5LW1hYy0xNi5sb2NhbA..|1|127.0.0.1|UDP"
                        + "|z9hG4bK-d87543-4dade06d0bdb11ee-1--d87543-|1|553",
                "noreason|||sip:user@example.edu|sip:user@example.com|39ansfi3|-1|noreason.asndj203insdf99223ndf|35|192.0.2.105|UDP"
                        + "|z9hG4bK2398ndaoe|1|0",
                "unreason|||sip:user@example.edu|sip:user@example.com|11141343|-1|unreason.1234ksdfak3j2erwedfsASdf|35|192.0.2.198|UDP"
                        + "|z9hG4bK1324923|1|154"
            })
    void shouldSeeWhatAnotherReaderSees(
            final String name,
            final String method,
            final String requestUri,
            final String toUri,
            final String fromUri,
            final String fromTag,
            final int maxForwards,
            final String callId,
            final long cseq,
            final String viaHost,
            final String viaTransport,
            final String branch,
            final int viaLines,
            final int bodyLength) {
        final UnsafeBuffer buffer = Corpus.buffer("rfc4475/" + name + ".dat");
        assertEquals(SipFault.NONE, new SipScanner().scan(buffer, 0, buffer.capacity(), message));
        assertEquals(method == null ? "" : method, message.methodName().toString());
        assertEquals(requestUri == null ? "" : requestUri, message.requestUri().toString());
        assertEquals(toUri, uriOf(SipHeader.TO));
        assertEquals(fromUri, uriOf(SipHeader.FROM));
        assertEquals(fromTag, message.fromTag().toString());
        assertEquals(maxForwards, message.maxForwards());
        assertEquals(callId, message.callId().toString());
        assertEquals(cseq, message.cseq());
        assertEquals(viaHost, message.topVia().host().toString());
        assertEquals(viaTransport, message.topVia().transport().toString());
        assertEquals(branch, message.topVia().branch().toString());
        assertEquals(bodyLength, message.bodyLength());
        int lines = 0;
        for (int i = message.first(SipHeader.VIA); i >= 0; i = message.next(i)) {
            lines++;
        }
        assertEquals(viaLines, lines);
    }

    private String uriOf(final SipHeader header) {
        message.value(header, slice);
        assertTrue(address.parse(slice.buffer(), slice.offset(), slice.length()));
        return address.uri().toString();
    }
}

/* A call agent on libosmo-mgcp-client: CRCX, MDCX, DLCX on the endpoint named by its argument, one line for each answer.
 * Its socket is connected to the well-known port, so that only answers from there are heard. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <osmocom/core/application.h>
#include <osmocom/core/logging.h>
#include <osmocom/core/msgb.h>
#include <osmocom/core/select.h>
#include <osmocom/core/talloc.h>
#include <osmocom/mgcp_client/mgcp_client.h>

static struct mgcp_response_head answer;
static uint16_t audio_port;
static int is_answered;

static void on_response(struct mgcp_response *response, void *priv)
{
	is_answered = 1;
	memset(&answer, 0, sizeof(answer));
	audio_port = 0;
	if (!response)
		return;
	answer = response->head;
	if (response->body && mgcp_response_parse_params(response) == 0)
		audio_port = response->audio_port;
}

static int ask(struct mgcp_client *client, struct mgcp_msg *command, const char *name)
{
	struct msgb *message = mgcp_msg_gen(client, command);
	time_t give_up = time(NULL) + 10;
	if (!message) {
		printf("%s not generated\n", name);
		return -1;
	}
	is_answered = 0;
	if (mgcp_client_tx(client, message, on_response, NULL) < 0) {
		printf("%s not sent\n", name);
		return -1;
	}
	while (!is_answered && time(NULL) < give_up)
		if (osmo_select_main(1) == 0)
			usleep(1000);
	printf("%s %d conn=%s endpoint=%s audio=%u\n", name, answer.response_code, answer.conn_id, answer.endpoint,
	       audio_port);
	fflush(stdout);
	return is_answered ? answer.response_code : -1;
}

int main(int argc, char **argv)
{
	static const struct log_info info;
	static char conn_id[MGCP_CONN_ID_MAXLEN];
	struct mgcp_client_conf conf;
	struct mgcp_client *client;
	void *context = talloc_named_const(NULL, 0, "agent");
	struct mgcp_msg command = {
		.verb = MGCP_VERB_CRCX,
		.presence = MGCP_MSG_PRESENCE_ENDPOINT | MGCP_MSG_PRESENCE_CALL_ID | MGCP_MSG_PRESENCE_CONN_MODE,
		.call_id = 1000,
		.conn_mode = MGCP_CONN_RECV_ONLY,
		.ptime = 20,
		.codecs = { CODEC_PCMU_8000_1 },
		.codecs_len = 1,
	};
	if (argc != 5) {
		fprintf(stderr, "usage: osmo_agent PORT LOCAL_PORT ENDPOINT AUDIO_PORT\n");
		return 2;
	}
	msgb_talloc_ctx_init(context, 0);
	osmo_init_logging2(context, &info);
	mgcp_client_conf_init(&conf);
	conf.local_addr = "127.0.0.1";
	conf.local_port = atoi(argv[2]);
	conf.remote_addr = "127.0.0.1";
	conf.remote_port = atoi(argv[1]);
	client = mgcp_client_init(context, &conf);
	if (!client || mgcp_client_connect(client) < 0)
		return 3;
	snprintf(command.endpoint, sizeof(command.endpoint), "%s", argv[3]);
	if (ask(client, &command, "CRCX") != 200)
		return 4;
	/* From now on to the endpoint that Z: named. */
	snprintf(conn_id, sizeof(conn_id), "%s", answer.conn_id);
	snprintf(command.endpoint, sizeof(command.endpoint), "%s", answer.endpoint);
	command.verb = MGCP_VERB_MDCX;
	command.presence |= MGCP_MSG_PRESENCE_CONN_ID | MGCP_MSG_PRESENCE_AUDIO_IP | MGCP_MSG_PRESENCE_AUDIO_PORT;
	command.conn_id = conn_id;
	command.conn_mode = MGCP_CONN_RECV_SEND;
	command.audio_ip = "127.0.0.1";
	command.audio_port = atoi(argv[4]);
	if (ask(client, &command, "MDCX") != 200)
		return 5;
	command.verb = MGCP_VERB_DLCX;
	command.presence = MGCP_MSG_PRESENCE_ENDPOINT | MGCP_MSG_PRESENCE_CALL_ID | MGCP_MSG_PRESENCE_CONN_ID;
	if (ask(client, &command, "DLCX") != 250)
		return 6;
	return 0;
}

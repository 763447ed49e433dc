package dev.backstitch.loadtest.simulator.git;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdRef;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.SymbolicRef;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.TransferConfig;
import org.eclipse.jgit.transport.UploadPack;

/// The reading side of git's smart HTTP (https://git-scm.com/docs/http-protocol#_smart_clients):
/// what JGit offers of the protocol's versions 0 and 2, with what GitHub allows: filters, and any
/// object as a want. Thread-safe.
public final class SmartHttp {

  /// The service that reads.
  public static final String UPLOAD_PACK = "git-upload-pack";

  private final ObjectNetwork objects;

  public SmartHttp(ObjectNetwork objects) {
    this.objects = objects;
  }

  /// What one repository shows of the network.
  ///
  /// @param refs by their full names
  /// @param defaultBranch where `HEAD` leads; no matter whether it is there
  public record Shown(Map<String, ObjectId> refs, String defaultBranch) {
    public Shown {
      refs = Map.copyOf(refs);
    }

    private Map<String, Ref> advertised() {
      var advertised = new LinkedHashMap<String, Ref>();
      refs.forEach((name, id) ->
          advertised.put(name, new ObjectIdRef.PeeledNonTag(Ref.Storage.PACKED, name, id)));
      Ref main = advertised.get(Constants.R_HEADS + defaultBranch);
      if (main != null) {
        advertised.put(Constants.HEAD, new SymbolicRef(Constants.HEAD, main));
      }
      return advertised;
    }
  }

  /// The answer to `info/refs?service=git-upload-pack`.
  ///
  /// @param protocol the header `Git-Protocol`
  public byte[] advertise(Shown shown, Optional<String> protocol) throws IOException {
    var answer = new ByteArrayOutputStream();
    var lines = new PacketLineOut(answer);
    // For version 2 JGit leaves the name of the service out, which is allowed; GitHub does not.
    lines.writeString("# service=" + UPLOAD_PACK + "\n");
    lines.end();
    try (UploadPack pack = open(shown, protocol)) {
      pack.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(lines));
    }
    return answer.toByteArray();
  }

  /// The answer to `git-upload-pack`.
  ///
  /// @throws IOException if the request is none of git's
  public byte[] upload(Shown shown, Optional<String> protocol, byte[] request) throws IOException {
    var answer = new ByteArrayOutputStream();
    try (UploadPack pack = open(shown, protocol)) {
      pack.upload(new ByteArrayInputStream(request), answer, null);
    }
    return answer.toByteArray();
  }

  private UploadPack open(Shown shown, Optional<String> protocol) {
    var config = new Config();
    config.setBoolean("uploadpack", null, "allowfilter", true);
    var one = new PackConfig(config);
    one.setThreads(1);
    var pack = new UploadPack(objects.repository());
    pack.setBiDirectionalPipe(false);
    pack.setTransferConfig(new TransferConfig(config));
    pack.setPackConfig(one);
    pack.setRequestPolicy(UploadPack.RequestPolicy.ANY);
    pack.setAdvertisedRefs(shown.advertised());
    pack.setExtraParameters(
        protocol.map(header -> List.of(header.split(":", -1))).orElse(List.of()));
    return pack;
  }
}
